import { describe, expect, it } from 'vitest'
import { Watermarks } from '../../../../local/stream/engine/watermarks.ts'

const TIME = { outOfOrderness: 10_000, idleAfter: 30_000 }
const NONE = Number.NEGATIVE_INFINITY

const watermarks = (...shards: string[]) => {
  const made = new Watermarks(TIME)
  for (const shard of shards) made.add(shard)
  return made
}

describe('the watermark', () => {
  it('lags behind the latest event by the out-of-orderness and a millisecond, as Flink’s', () => {
    const of = watermarks('a')
    expect(of.combined).toBe(NONE)
    expect(of.saw('a', 60_000)).toBe(true)
    expect(of.combined).toBe(49_999)
    expect(of.saw('a', 55_000)).toBe(false)
    expect(of.combined).toBe(49_999)
  })

  it('is that of the shard that is furthest behind', () => {
    const of = watermarks('a', 'b')
    of.saw('a', 100_000)
    expect(of.combined).toBe(NONE)
    of.saw('b', 50_000)
    expect(of.combined).toBe(39_999)
    of.saw('a', 200_000)
    expect(of.combined).toBe(39_999)
    of.saw('b', 300_000)
    expect(of.combined).toBe(189_999)
    expect(of.of('b')).toBe(289_999)
  })

  it('no longer waits for a shard that is idle', () => {
    const of = watermarks('a', 'b')
    of.saw('a', 100_000)
    expect(of.tick(1000)).toBe(false)
    of.saw('a', 200_000)
    expect(of.tick(31_000)).toBe(false)
    of.saw('a', 300_000)
    expect(of.tick(31_001)).toBe(true)
    expect(of.combined).toBe(289_999)
  })

  it('waits for an idle shard again as soon as it has an event, but never goes back', () => {
    const of = watermarks('a', 'b')
    of.saw('a', 100_000)
    of.tick(0)
    of.saw('a', 200_000)
    of.tick(31_000)
    expect(of.combined).toBe(189_999)
    of.saw('b', 50_000)
    of.saw('a', 400_000)
    expect(of.combined).toBe(189_999)
    of.saw('b', 350_000)
    expect(of.combined).toBe(339_999)
  })

  it('stays where all shards are idle, and goes on with the first that comes back', () => {
    const of = watermarks('a', 'b')
    of.saw('a', 100_000)
    of.saw('b', 50_000)
    of.tick(0)
    expect(of.tick(40_000)).toBe(false)
    expect(of.combined).toBe(39_999)
    expect(of.saw('a', 90_000)).toBe(true)
    expect(of.combined).toBe(89_999)
  })

  it('forgets a shard that was closed', () => {
    const of = watermarks('a', 'b')
    of.saw('a', 100_000)
    expect(of.remove('b')).toBe(true)
    expect(of.combined).toBe(89_999)
    expect(() => of.saw('b', 1)).toThrow('Shard b is not read here')
  })

  it('stands still while a shard is read again, also where the clock goes on', () => {
    const of = new Watermarks({ ...TIME, watermark: 20_000 })
    of.add('a', { watermark: 20_000 })
    of.add('b', { watermark: 50_000, rebuilding: true })
    of.saw('a', 100_000)
    of.tick(0)
    of.tick(100_000)
    expect(of.combined).toBe(20_000)
    expect(of.rebuilt('b')).toBe(true)
    expect(of.combined).toBe(50_000)
  })
})
