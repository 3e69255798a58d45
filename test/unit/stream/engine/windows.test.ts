import { describe, expect, it } from 'vitest'
import {
  addDistinct,
  type Distinct,
  sizeOf,
  toValue,
  unionSize,
} from '../../../../local/stream/engine/distinct.ts'
import { RuleEngine } from '../../../../local/stream/engine/rule-engine.ts'
import type { StreamEvent } from '../../../../stream/events.ts'
import type { Finding } from '../../../../stream/findings.ts'
import { events } from '../../../../stream/rules/measure.ts'
import { type KeyColumn, type Rule, thresholdRule } from '../../../../stream/rules/rule.ts'
import { hopping, MINUTE, SECOND, tumbling, type Window } from '../../../../stream/rules/window.ts'
import { START, streamEvent } from '../stream-event.ts'

const rule = (id: string, window: Window, key: KeyColumn = 'all'): Rule =>
  thresholdRule({
    id,
    key,
    window,
    measures: { events: events(), again: events() },
    judged: 'events',
    thresholds: { low: 0 },
    finds: [],
    tell: () => ({ happened: '', todo: '' }),
  })

const SHORT = rule('short', tumbling(10 * SECOND))
const LONG = rule('long', hopping(MINUTE, 20 * SECOND))

/** An engine that says `rule from-to: events` of each window, in seconds after the start. */
function engineOf(rules: readonly Rule[], shards: readonly string[] = ['a']) {
  const found: string[] = []
  const at = (text: string) => Number(text.slice(14, 16)) * 60 + Number(text.slice(17, 19))
  const say = ({ rule: id, window_start, window_end, measure_value }: Finding) =>
    found.push(`${id} ${at(window_start)}-${at(window_end)}: ${measure_value}`)
  const engine = new RuleEngine({ rules, emit: say })
  for (const shard of shards) engine.addShard(shard)
  let sequence = 0
  const take = (seconds: number, shard = 'a', event: Partial<StreamEvent> = {}) =>
    engine.take(shard, String(++sequence), streamEvent({ at: seconds * SECOND, ...event }))
  return { engine, found, take }
}

describe('a window', () => {
  it('closes when the watermark reaches its last millisecond: ten seconds and one millisecond later', () => {
    const { found, take } = engineOf([SHORT])
    take(0)
    take(9.999)
    take(19.999)
    expect(found).toEqual([])
    take(20)
    expect(found).toEqual(['short 0-10: 2'])
  })

  it('of an event whose clock is fast is its own; the watermark goes no further than the arrival, so nobody else is late', () => {
    const { engine, found } = engineOf([SHORT])
    const take = (seconds: number, arrived: number) =>
      engine.take(
        'a',
        String(arrived * 1000),
        streamEvent({ at: seconds * SECOND }),
        START + arrived * SECOND,
      )
    take(240, 1)
    expect(engine.watermark).toBe(START - 9 * SECOND - 1)
    take(1, 1.5)
    take(2, 20)
    expect([found, engine.counts.late]).toEqual([[], 0])
    take(30, 30)
    expect(found).toEqual(['short 0-10: 2'])
    engine.drain()
    expect(found.slice(1)).toEqual(['short 30-40: 1', 'short 240-250: 1'])
  })

  it('that hops closes every slide, those before its first event’s pane too', () => {
    const { engine, found, take } = engineOf([LONG])
    take(65)
    engine.drain()
    expect(found).toEqual(['long 20-80: 1', 'long 40-100: 1', 'long 60-120: 1'])
  })

  it('takes an event out of order within the watermark', () => {
    const { engine, found, take } = engineOf([SHORT])
    take(19)
    take(9)
    engine.drain()
    expect(found).toEqual(['short 0-10: 1', 'short 10-20: 1'])
    expect(engine.counts).toMatchObject({ read: 2, late: 0 })
  })

  it('drops and counts an event that comes when it is closed', () => {
    const { engine, found, take } = engineOf([SHORT])
    take(20)
    take(9.999)
    engine.drain()
    expect(found).toEqual(['short 20-30: 1'])
    expect(engine.counts).toMatchObject({ read: 2, late: 1, lateByWindow: { 'all, 10 seconds': 1 } })
  })

  it('takes a late event where it is still open, though a shorter one is closed: that is no late event', () => {
    const { engine, found, take } = engineOf([SHORT, LONG])
    take(60)
    take(25) // 20-30 is closed, and of the long ones that to 40
    engine.drain()
    expect(found).toEqual([
      'short 60-70: 1',
      'long 0-60: 1',
      'long 20-80: 2',
      'long 40-100: 1',
      'long 60-120: 1',
    ])
    expect(engine.counts).toMatchObject({
      late: 0,
      lateByWindow: { 'all, 10 seconds': 1, 'all, a minute every 20 seconds': 0 },
    })
  })

  it('closes in the order of time, whatever lies between', () => {
    const { engine, found, take } = engineOf([SHORT])
    take(0)
    take(3000)
    engine.drain()
    expect(found).toEqual(['short 0-10: 1', 'short 3000-3010: 1'])
  })

  it('holds nothing once it is closed', () => {
    const { engine, take } = engineOf([SHORT, LONG, rule('by-user', LONG.window, 'user_id')])
    for (let second = 0; second < 1000; second++) take(second, 'a', { user_id: BigInt(second) })
    // The last minute and the watermark's lag, of users; what is not keyed has one key a pane.
    expect(engine.counts.entries).toBeLessThan(100)
  })
})

describe('shards', () => {
  it('hold each other’s windows open, as long as they are not idle', () => {
    const { engine, found, take } = engineOf([SHORT], ['a', 'b'])
    take(5, 'a')
    take(100, 'a')
    take(7, 'b')
    expect(found).toEqual([])
    engine.tick(0)
    take(101, 'a')
    engine.tick(31_000)
    expect(found).toEqual(['short 0-10: 2'])
  })

  it('say how far they are ahead, once all have begun', () => {
    const { engine, take } = engineOf([SHORT], ['a', 'b'])
    take(100, 'a')
    expect(engine.aheadOf('a')).toBe(0)
    take(40, 'b')
    expect(engine.aheadOf('a')).toBe(60 * SECOND)
    expect(engine.aheadOf('b')).toBe(0)
  })

  it('that are closed hold nobody', () => {
    const { engine, found, take } = engineOf([SHORT], ['a', 'b'])
    take(5, 'a')
    take(100, 'a')
    engine.removeShard('b')
    expect(found).toEqual(['short 0-10: 1'])
  })

  it('go on behind a record that is no event', () => {
    const { engine, take } = engineOf([SHORT])
    take(1)
    engine.skip('a', '7')
    expect(engine.checkpoint().shards.a?.read).toBe('7')
    expect(engine.counts.read).toBe(1)
  })
})

describe('distinct values', () => {
  const held = (values: readonly (number | bigint | string)[]) =>
    values.reduce<Distinct>((all, value) => addDistinct(all, value), undefined)
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

  it.each([0, 1, 2, 8, 9, 100])('are %i, each counted once', (count) => {
    expect(sizeOf(held([...upTo(count), ...upTo(count)]))).toBe(count)
  })

  it('are counted once over several panes', () => {
    expect(unionSize([held(upTo(5)), undefined, held(upTo(20)), held([3]), held(['a', 21n])])).toBe(22)
    expect(unionSize([held(upTo(5))])).toBe(5)
    expect(unionSize([])).toBe(0)
  })

  it('keep ids apart that a number could not', () => {
    const ids = [2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n]
    expect(ids.map(toValue)).toEqual([Number.MAX_SAFE_INTEGER, 2n ** 53n, 2n ** 53n + 1n])
    expect(sizeOf(held(ids.map(toValue)))).toBe(3)
  })
})
