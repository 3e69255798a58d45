import { expect, test } from 'vitest'
import { preparedTraffic } from '../../../bench/stream/prepared-traffic.ts'
import { shortFloods } from '../../../bench/stream/short-floods.ts'
import { slope } from '../../../bench/stream/slope.ts'
import { shopOf } from '../../../local/stream/traffic/shop.ts'
import { parseEvent } from '../../../stream/events.ts'

test('prepared traffic is the same for the same order, in the order of time, and all of it events', async () => {
  const order = { events: 2000, eventsPerSecond: 200, seed: 7, eventsOfMonth: 1_000_000 }
  const records = await preparedTraffic(order)
  expect(await preparedTraffic(order)).toEqual(records)
  expect(records).toHaveLength(2000)
  const events = records.map(({ key, data }) => {
    const { event } = parseEvent(Buffer.from(data).toString())
    expect(String(event?.user_id)).toBe(key)
    return event?.time ?? Number.NaN
  })
  expect(events).toEqual(events.toSorted((a, b) => a - b))
  // Attacks are in it: their users lie beyond those of the data set.
  expect(records.filter(({ key }) => BigInt(key) >= 900_000_000n).length).toBeGreaterThan(100)
})

test('each short flood is another user, who passes every threshold though a window cuts it in two', () => {
  const floods = shortFloods({ from: 1000, every: 500, shop: shopOf('2019-10', 1_000_000) })
  const events = Array.from({ length: 48 }, () => floods.next().value)
  const users = Map.groupBy(events, ({ user_id }) => user_id)
  expect(Array.from(users.values(), (all) => [all.length, all[0]?.time])).toEqual([
    [24, 1500],
    [24, 2000],
  ])
  for (const all of users.values()) {
    expect(new Set(all.map(({ product_id }) => product_id)).size).toBe(24)
    expect(new Set(all.map(({ label }) => label)).size).toBe(1)
  }
})

test('the slope of points on a line is that line, and noise around it cancels out', () => {
  const line = [0, 1, 2, 3].map((x) => ({ x, y: 5 - 2 * x }))
  expect(slope(line)).toBeCloseTo(-2)
  expect(slope(line.map(({ x, y }) => ({ x, y: y + (x === 1 || x === 2 ? -1 : 1) })))).toBeCloseTo(-2)
})
