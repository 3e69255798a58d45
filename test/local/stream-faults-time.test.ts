import { afterEach, describe, expect, it, vi } from 'vitest'
import { TIME } from '../../stream/time-settings.ts'
import { timestampText } from '../../stream/timestamp.ts'
import { alarm, EVERY_SHARD, expectAllThere, flood, openPath, userIn, view, waitFor } from './stream-path.ts'

afterEach(() => void vi.restoreAllMocks())
const user = userIn(0)
/** One event of each shard at a second: together they bring the watermark to ten seconds before it. */
const everywhere = (second: number) =>
  EVERY_SHARD.map((shard) => [userIn(shard, 9), view(userIn(shard, 9), second)] as const)

describe('an idle shard', () => {
  it('holds the alerts of the others for thirty seconds, and no longer', async () => {
    const path = await openPath()
    const quiet = userIn(1)
    const sent: string[] = []
    const put = async (key: number, ...texts: string[]) => {
      await path.put(key, texts)
      sent.push(...texts)
      await path.read(sent.length)
      await new Promise((done) => setTimeout(done, 300))
    }
    const now = Date.now
    const clock = vi.spyOn(Date, 'now')
    await put(quiet, view(quiet, 1))
    await put(user, ...flood(user), view(user, 60))
    // Shard 1 may still have something of the window; shards 2 and 3 may begin.
    clock.mockImplementation(() => now() + TIME.idleAfter - 10_000)
    await put(user, view(user, 61))
    expect(path.told()).toEqual([])
    clock.mockImplementation(() => now() + TIME.idleAfter + 10_000)
    await put(user, view(user, 62))
    await waitFor('the alarm, while the stream goes on', () => path.told().length > 0)
    expect(path.told()).toEqual([alarm(user)])

    // What comes of the quiet shard afterwards finds its ten seconds over, and its minutes open: it is in a window.
    await put(quiet, view(quiet, 2))
    await path.end()
    expectAllThere(path, sent)
    expect(await path.alerts()).toEqual([`${user} 12 high`])
  })
})

describe('records out of order', () => {
  it('count in their windows within the watermark’s ten seconds', async () => {
    const path = await openPath()
    const events = flood(user)
    // A later event is there first, in every shard: the watermark stands right before the end of the window.
    const first = everywhere(19.9)
    for (const [key, text] of first) await path.put(key, [text])
    await path.read(first.length)
    await path.put(user, events.toReversed())
    await path.end()
    expectAllThere(path, [...events, ...first.map(([, text]) => text)])
    expect(await path.alerts()).toEqual([`${user} 12 high`])
    expect(path.told()).toEqual([alarm(user)])
  })

  it('do not count in windows that are closed, and are late where all are', async () => {
    const path = await openPath()
    const events = flood(user)
    const first = everywhere(21)
    await path.put(user, events)
    for (const [key, text] of first) await path.put(key, [text])
    await path.read(events.length + first.length)
    await waitFor('the alarm', () => path.told().length > 0)
    // Its ten seconds are over, but its five minutes are not: it is in a window.
    const behind = view(user, 9.9)
    // Nobody has a window any more for what lies longer ago than the longest one.
    const late = view(user, -600)
    await path.put(user, [behind, late])
    await path.end()
    expectAllThere(path, [...events, ...first.map(([, text]) => text), behind, late], { late: 1 })
    // As it was told: twelve, not thirteen.
    expect(await path.alerts()).toEqual([`${user} 12 high`])
  })
})

describe('duplicate records', () => {
  it('are in the raw zone as often as they were sent, and alarm once, with the same measure', async () => {
    const path = await openPath()
    const events = flood(user)
    for (let i = 0; i < 3; i++) await path.put(user, events)
    await path.end()
    expectAllThere(path, [...events, ...events, ...events])
    expect(await path.alerts()).toEqual([`${user} 12 high`])
    expect(path.told()).toEqual([alarm(user)])
  })

  it('make no user suspicious that is not', async () => {
    const path = await openPath()
    const events = [view(user, 1), view(user, 2)]
    const sent = Array.from({ length: 20 }, () => events).flat()
    await path.put(user, sent)
    await path.end()
    expectAllThere(path, sent)
    expect(path.told()).toEqual([])
  })
})

describe('times of the future', () => {
  it('of a clock that is minutes fast count in their own windows, and make nobody late', async () => {
    const path = await openPath()
    const now = Date.now()
    const at = (one: number, time: number, product = 1) =>
      view(one, 0, { product_id: product, txn_timestamp: timestampText(time) })
    const everybody = EVERY_SHARD.map((shard) => userIn(shard))
    const fast = everybody.map((one) => at(one, now + 240_000))
    for (const [i, one] of everybody.entries()) await path.put(one, [fast[i] as string])
    await path.read(fast.length)
    const tenSeconds = now - (now % 10_000)
    const honest = everybody.map((one) =>
      Array.from({ length: 12 }, (_, i) => at(one, tenSeconds + i * 100, i)),
    )
    for (const [i, one] of everybody.entries()) await path.put(one, honest[i] as string[])
    await path.end()
    expectAllThere(path, [...fast, ...honest.flat()])
    expect(await path.alerts()).toEqual(everybody.map((one) => `${one} 12 high`).toSorted())
  })

  it('move no watermark: honest events of everybody, their sender too, are in time and alarm', async () => {
    const path = await openPath()
    const wrong = EVERY_SHARD.map((shard) => userIn(shard))
    const future = wrong.map((one) => view(one, 0, { txn_timestamp: '2119-10-01 00:00:00' }))
    for (const [i, one] of wrong.entries()) await path.put(one, [future[i] as string])
    await path.read(future.length)
    const honest = wrong.map((one) => flood(one))
    for (const [i, one] of wrong.entries()) await path.put(one, honest[i] as string[])
    await path.end()
    expectAllThere(path, [...future, ...honest.flat()], { dead: future.length })
    expect(path.deadLetters().map(({ reasons, raw }) => [reasons, raw])).toEqual(
      expect.arrayContaining(future.map((text) => ['future', text])),
    )
    expect(await path.alerts()).toEqual(wrong.map((one) => `${one} 12 high`).toSorted())
    expect(path.told()).toEqual(wrong.map(alarm).toSorted())
  })
})
