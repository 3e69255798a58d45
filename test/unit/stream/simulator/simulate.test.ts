import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { parseEvent } from '../../../../stream/events.ts'
import { SECOND } from '../../../../stream/rules/window.ts'
import { type Clock, SYSTEM_CLOCK } from '../../../../stream/simulator/clock.ts'
import { LabelBook, labelRecord } from '../../../../stream/simulator/labels.ts'
import { LineSender } from '../../../../stream/simulator/line-sender.ts'
import type { Outgoing, Sender } from '../../../../stream/simulator/outgoing.ts'
import { defaultStamp, parseRate, parseSpeed } from '../../../../stream/simulator/pace.ts'
import { type Progress, type SimulateOptions, simulate } from '../../../../stream/simulator/simulate.ts'
import type { Label } from '../../../../stream/simulator/simulated-event.ts'
import { START, streamEvent } from '../stream-event.ts'

const NOW = Date.UTC(2026, 0, 1)

/** A clock that goes as fast as it is asked to; `stopAt` is when the signal comes, in milliseconds. */
function quickClock(stopAt = Number.POSITIVE_INFINITY) {
  let time = NOW
  const stop = new AbortController()
  const clock: Clock = {
    now: () => time,
    wait: async (ms) => {
      time += ms
      if (time - NOW >= stopAt) stop.abort()
      return !stop.signal.aborted
    },
  }
  return { clock, signal: stop.signal }
}

async function run({
  stopAt,
  ...options
}: Partial<SimulateOptions> & Pick<SimulateOptions, 'events'> & { stopAt?: number }) {
  const { clock, signal } = quickClock(stopAt)
  const records: (Outgoing & { at: number })[] = []
  const sender: Sender = {
    sent: { records: 0, events: 0, bytes: 0, resent: 3 },
    put: async (put) => {
      for (const record of put) records.push({ ...record, at: clock.now() - NOW })
    },
    flush: async () => {},
  }
  const told = await simulate({
    sender,
    pace: { kind: 'speed', times: 1 },
    stamp: 'sent',
    clock,
    signal,
    ...options,
  })
  return { told, records, events: records.map(({ data }) => parseEvent(Buffer.from(data).toString()).event) }
}

const every = (ms: number, count: number) =>
  Array.from({ length: count }, (_, n) => streamEvent({ at: n * ms }))

describe('a simulation', () => {
  it('goes at the pace at which things happened, with the time of sending', async () => {
    const { records, events } = await run({ events: every(100, 20) })
    records.forEach(({ at }, n) => {
      expect(Math.abs(at - n * 100)).toBeLessThanOrEqual(30)
    })
    expect(events[10]?.time).toBeGreaterThanOrEqual(NOW + 1000)
    expect(events[10]?.event_time).toBe('2019-10-01 00:00:01')
  })

  it('goes sixty times as fast, with the events’ own times: else a minute would look like a second', async () => {
    const { records, events } = await run({
      events: every(SECOND, 121),
      pace: parseSpeed('60x'),
      stamp: defaultStamp(parseSpeed('60x')),
    })
    expect(records.at(-1)?.at).toBeGreaterThanOrEqual(2000)
    expect(records.at(-1)?.at).toBeLessThan(2100)
    expect(events[60]?.time).toBe(START + 60 * SECOND)
  })

  it('has no more than five seconds under way: who waits for a key of many events is not left behind by the watermark', async () => {
    const spans: number[] = []
    let underWay: number[] = []
    const sender: Sender = {
      sent: { records: 0, events: 0, bytes: 0, resent: 0 },
      put: async (put) => {
        for (const { data } of put) underWay.push(parseEvent(Buffer.from(data).toString()).event?.time ?? 0)
        spans.push(Math.max(...underWay) - Math.min(...underWay))
      },
      flush: async () => {
        underWay = []
      },
    }
    const { told } = await run({
      events: every(70, 3000),
      pace: { kind: 'burst' },
      stamp: 'event',
      sender,
    })
    expect(told.events).toBe(3000)
    expect(Math.max(...spans)).toBeLessThanOrEqual(5 * SECOND)
    expect(Math.max(...spans)).toBeGreaterThan(4 * SECOND)
  })

  it('goes at a rate, whenever things happened', async () => {
    const { records } = await run({ events: every(0, 100), pace: parseRate('50/s') })
    expect(records.at(-1)?.at).toBeGreaterThanOrEqual(1960)
    expect(records.at(-1)?.at).toBeLessThan(2050)
  })

  it('goes as fast as it can in a burst', async () => {
    const { records, told } = await run({
      events: every(SECOND, 1234),
      pace: { kind: 'burst' },
      stamp: 'event',
    })
    expect(records).toHaveLength(1234)
    expect(told.events).toBe(1234)
    expect(records.at(-1)?.at).toBeLessThan(50)
  })

  it('ends when its time is over', async () => {
    const endless = (function* () {
      for (let n = 0; ; n++) yield streamEvent({ at: n * 100 })
    })()
    const { records } = await run({ events: endless, lasting: 2000 })
    expect(records).toHaveLength(20)
  })

  it('ends cleanly at a signal: what was taken is sent', async () => {
    const { records, told } = await run({ events: every(100, 100), stopAt: 550 })
    expect(records).toHaveLength(6)
    expect(told.events).toBe(6)
  })

  it('has keys by user, or by category', async () => {
    const events = [streamEvent()]
    expect((await run({ events })).records[0]?.key).toBe('550050854')
    expect((await run({ events, partitionBy: 'category_id' })).records[0]?.key).toBe('2053013558920217191')
  })

  it('tells once a second how far it is', async () => {
    const told: Progress[] = []
    await run({ events: every(100, 31), onProgress: (progress) => told.push(progress) })
    expect(told.length).toBeGreaterThanOrEqual(3)
    expect(told.at(-1)).toMatchObject({ events: 31, resent: 3 })
  })

  it('keeps labels out of what it sends, and knows when each was sent', async () => {
    const label: Label = { kind: 'attack', name: 'slow-crawler', users: [7n], products: [], categories: [9n] }
    const { records, told } = await run({
      events: every(SECOND, 4).map((event, n) => (n === 1 || n === 2 ? { ...event, label } : event)),
      stamp: 'event',
    })
    expect(records.map(({ data }) => Buffer.from(data).toString()).join()).not.toContain('crawler')
    expect(labelRecord.parse(JSON.parse(told.labels.text()))).toEqual({
      kind: 'attack',
      name: 'slow-crawler',
      from: '2019-10-01 00:00:01',
      to: '2019-10-01 00:00:02',
      events: 2,
      users: ['7'],
      products: [],
      categories: ['9'],
    })
    expect(told.labels.spans()).toEqual([{ label, from: START + SECOND, to: START + 2 * SECOND }])
  })

  it('knows what it has injected also where the sender fails', async () => {
    const label: Label = { kind: 'attack', name: 'slow-crawler', users: [7n], products: [], categories: [] }
    const labels = new LabelBook()
    const sender: Sender = {
      sent: { records: 0, events: 0, bytes: 0, resent: 0 },
      put: async () => {
        throw new Error('no room')
      },
      flush: async () => {},
    }
    const events = every(SECOND, 3).map((event) => ({ ...event, label }))
    await expect(run({ events, sender, labels })).rejects.toThrow('no room')
    expect(labels.spans()).toHaveLength(1)
  })
})

describe('a pace', () => {
  it.each(['3', 'x', '0x', '-1x', '1,5x'])('%j is no speed', (text) => {
    expect(() => parseSpeed(text)).toThrow('written as 60x')
  })

  it.each(['500', '/s', '0/s', '5/m'])('%j is no rate', (text) => {
    expect(() => parseRate(text)).toThrow('written as 500/s')
  })

  it('keeps the events’ own times wherever it is not the clock’s', () => {
    expect(
      [parseSpeed('1x'), parseSpeed('2x'), parseRate('5/s'), { kind: 'burst' } as const].map(defaultStamp),
    ).toEqual(['sent', 'event', 'event', 'event'])
  })
})

describe('the clock', () => {
  it('waits, unless it is told to stop', async () => {
    const before = SYSTEM_CLOCK.now()
    expect(await SYSTEM_CLOCK.wait(5)).toBe(true)
    expect(SYSTEM_CLOCK.now() - before).toBeGreaterThanOrEqual(4)
    expect(await SYSTEM_CLOCK.wait(60_000, AbortSignal.timeout(5))).toBe(false)
  })
})

describe('lines', () => {
  it('are written one an event, and waited for', async () => {
    const out = new PassThrough({ highWaterMark: 4 })
    const text: string[] = []
    const sender = new LineSender(out)
    const putting = sender.put([
      { key: 'a', data: Buffer.from('{"a":1}'), events: 1 },
      { key: 'b', data: Buffer.from('{"b":2}'), events: 1 },
    ])
    out.on('data', (data) => text.push(String(data)))
    await putting
    await sender.flush()
    out.end()
    await once(out, 'end')
    expect(text.join('')).toBe('{"a":1}\n{"b":2}\n')
    expect(sender.sent).toEqual({ records: 2, events: 2, bytes: 14, resent: 0 })
  })
})
