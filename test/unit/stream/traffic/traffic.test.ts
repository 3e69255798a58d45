import { describe, expect, it } from 'vitest'
import { exactJson } from '../../../../catalog/exact-json.ts'
import { labelledHour } from '../../../../local/stream/traffic/labelled-hour.ts'
import { shopOf } from '../../../../local/stream/traffic/shop.ts'
import { traffic } from '../../../../local/stream/traffic/traffic.ts'
import { HOUR, MINUTE } from '../../../../stream/rules/window.ts'
import { PROMOTION } from '../../../../stream/simulator/hour-of-trouble.ts'
import type { SimulatedEvent } from '../../../../stream/simulator/simulated-event.ts'

const FROM = Date.UTC(2019, 9, 1, 16)
// Small, so that it is made quickly.
const shop = shopOf('2019-10', 1_000_000)

function collect(from: number, lasting: number, eventsPerSecond: number, seed = 1) {
  const events: SimulatedEvent[] = []
  for (const event of traffic({ shop, seed, from, eventsPerSecond })) {
    if (event.time >= from + lasting) return events
    events.push(event)
  }
  return events
}
const count = (events: readonly SimulatedEvent[], of: keyof SimulatedEvent) =>
  new Set(events.map((event) => event[of])).size
const ofType = (events: readonly SimulatedEvent[], type: string) =>
  events.filter(({ event_type }) => event_type === type).length

const text = (events: readonly SimulatedEvent[]): string =>
  exactJson(events.map(({ label, ...event }) => [label?.name, event]))

describe('generated traffic', () => {
  const hour = collect(FROM, HOUR, 10)

  it('is in the order of its time, from the first instant on, with ids above 2^53', () => {
    expect(hour.every(({ time }, i) => i === 0 || time >= (hour[i - 1]?.time ?? 0))).toBe(true)
    expect((hour[0]?.time ?? 0) - FROM).toBeLessThan(2000)
    expect(hour.every(({ category_id }) => category_id > 2n ** 53n)).toBe(true)
  })

  it('has the rate that is asked for at its first instant, and the day’s curve from there', () => {
    expect(hour.length / 3600).toBeGreaterThan(9)
    expect(hour.length / 3600).toBeLessThan(11.5)
    const evening = collect(FROM, 4 * HOUR, 2)
    const ofHour = (n: number) => evening.filter(({ time }) => Math.floor((time - FROM) / HOUR) === n).length
    // 7.2 % of a day's events at 16 h, 3.2 % at 19 h.
    expect(ofHour(3) / ofHour(0)).toBeGreaterThan(0.35)
    expect(ofHour(3) / ofHour(0)).toBeLessThan(0.6)
  })

  it('has the figures of the data set: types, sessions, users', () => {
    expect(ofType(hour, 'view') / hour.length).toBeGreaterThan(0.94)
    expect(ofType(hour, 'cart') / hour.length).toBeGreaterThan(0.01)
    expect(ofType(hour, 'purchase') / hour.length).toBeGreaterThan(0.005)
    expect(hour.length / count(hour, 'user_session')).toBeGreaterThan(4)
    expect(count(hour, 'user_session') / count(hour, 'user_id')).toBeLessThan(1.1)
  })

  it('begins as it goes on: sessions are under way at its first instant', () => {
    const minutes = Array.from(
      { length: 10 },
      (_, n) => hour.filter(({ time }) => Math.floor((time - FROM) / MINUTE) === n).length,
    )
    expect(minutes[0]).toBeGreaterThan((0.75 * ((minutes[9] as number) + (minutes[8] as number))) / 2)
  })

  it('is the same for the same seed, and another for another', () => {
    expect(text(collect(FROM, MINUTE, 10))).toBe(text(collect(FROM, MINUTE, 10)))
    expect(text(collect(FROM, MINUTE, 10, 2))).not.toBe(text(collect(FROM, MINUTE, 10)))
  })
})

describe('a labelled hour', () => {
  const read = async (lasting: number) => {
    const { labels, events } = labelledHour({ seed: 1, from: FROM, eventsPerSecond: 1, lasting })
    const all: SimulatedEvent[] = []
    for await (const event of events) all.push(event)
    return { labels, all }
  }

  it('is in order, the same for the same seed, and has every attack and hard case in it', async () => {
    const { labels, all } = await read(HOUR)
    expect(all.every(({ time }, i) => i === 0 || time >= (all[i - 1]?.time ?? 0))).toBe(true)
    expect(all.at(-1)?.time).toBeLessThan(FROM + HOUR)
    expect(new Set(all.map(({ label }) => label).filter((label) => label !== undefined))).toEqual(
      new Set(labels),
    )
    expect(text((await read(HOUR)).all)).toBe(text(all))
  })

  it('has five times the traffic in its promotion, a quarter of the crowd’s on the promoted products', async () => {
    const { labels, all } = await read(HOUR)
    const promotion = labels.find(({ name }) => name === 'promotion')
    const crowd = all.filter(({ label }) => label === promotion)
    const honest = all.filter(
      ({ label, time }) => !label && time >= FROM + PROMOTION.begins && time < FROM + PROMOTION.ends,
    )
    expect(crowd.length / honest.length).toBeGreaterThan(3)
    expect(crowd.length / honest.length).toBeLessThan(5)
    const drawn = crowd.filter(({ product_id }) => promotion?.products.includes(product_id)).length
    expect(drawn / crowd.length).toBeGreaterThan(0.15)
    expect(drawn / crowd.length).toBeLessThan(0.4)
  })

  it('can be cut short', async () => {
    const { all } = await read(6 * MINUTE)
    expect(all.at(-1)?.time).toBeLessThan(FROM + 6 * MINUTE)
  })
})
