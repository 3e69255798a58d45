import { beforeAll, describe, expect, test } from 'vitest'
import { buildFlink } from '../../local/flink/build-flink.ts'
import { AggregatingSender } from '../../stream/simulator/aggregating-sender.ts'
import type { Outgoing } from '../../stream/simulator/outgoing.ts'
import { TIME } from '../../stream/time-settings.ts'
import { timestampText } from '../../stream/timestamp.ts'
import { EVENT_CASES, recordText } from '../unit/stream/event-cases.ts'
import { START } from '../unit/stream/stream-event.ts'
import { damagedRecords } from './damaged-records.ts'
import { type Arrived, rowsHere, rowsInJava, watermarksHere, watermarksInJava } from './flink-reads.ts'

const arrived = (data: string | Uint8Array, at = START): Arrived => ({
  data: typeof data === 'string' ? Buffer.from(data) : data,
  arrived: at,
})

async function packed(texts: readonly string[]): Promise<Buffer> {
  const made: Outgoing[] = []
  const sender = new AggregatingSender({
    sent: { records: 0, events: 0, bytes: 0, resent: 0 },
    put: async (records) => void made.push(...records),
    flush: async () => {},
  })
  await sender.put(texts.map((data) => ({ key: 'k', data: Buffer.from(data), events: 1 })))
  return Buffer.from(made[0]?.data ?? '')
}

beforeAll(async () => {
  await buildFlink({ say: (text) => console.log(text) })
})

describe('the source in Java reads', () => {
  test('every case of the grammar as TypeScript does', async () => {
    const cases = Object.entries(EVENT_CASES)
    const rows = await rowsInJava(cases.map(([, [text]]) => arrived(text)))
    expect(rows.map((row, i) => [cases[i]?.[0], row])).toEqual(
      cases.map(([name, [text]]) => [name, rowsHere(arrived(text))]),
    )
    // Not alike in being empty.
    expect(rows.flat().filter((row) => row[0] !== null).length).toBeGreaterThan(15)
  })

  test('what is no UTF-8, too long for a dead letter, or of the future', async () => {
    const pair = '\u{1F600}'
    const records = [
      arrived(Uint8Array.of(0x7b, 0xff, 0x7d)),
      arrived(Uint8Array.of(0xed, 0xa0, 0x80)),
      arrived(Uint8Array.of(0xc0, 0xaf)),
      arrived(Buffer.alloc(400_000, 0xff)),
      arrived('"'.repeat(1_000_000)),
      arrived(`x${pair.repeat(100_000)}`),
      arrived(pair.repeat(100_000)),
      arrived(recordText({ brand: `"${'b'.repeat(1_000_000)}"` })),
      arrived(recordText({ price: `"1.${'0'.repeat(500_000)}"` })),
      arrived(recordText(), START - TIME.maxAhead),
      arrived(recordText(), START - TIME.maxAhead - 1),
      arrived(recordText(), START + 10 * 365 * 86_400_000),
    ]
    expect(await rowsInJava(records)).toEqual(records.map(rowsHere))
  })

  test('what a producer packed into one record, and a damaged package as one record', async () => {
    const whole = await packed([recordText(), 'no json', recordText({ user_id: '7' })])
    const [cut, changed] = [whole.subarray(0, whole.length - 1), Buffer.from(whole)]
    changed[40] = (changed[40] ?? 0) ^ 1
    const records = [whole, cut, changed, whole.subarray(0, 4), whole.subarray(0, 20)].map((data) =>
      arrived(data),
    )
    const rows = await rowsInJava(records)
    expect(rows).toEqual(records.map(rowsHere))
    expect(rows.map((all) => all.length)).toEqual([3, 1, 1, 1, 1])
  })

  test('20,000 damaged records as TypeScript does', async () => {
    const records = damagedRecords(1, 20_000).map((data) => arrived(data))
    const rows = await rowsInJava(records)
    const differing = records.flatMap((record, i) => {
      const here = rowsHere(record)
      const there = rows[i] ?? []
      return JSON.stringify(here) === JSON.stringify(there)
        ? []
        : [{ record: Buffer.from(record.data).toString('latin1'), here, there }]
    })
    expect(differing.slice(0, 5)).toEqual([])
    // Neither are all of them refused, nor none.
    const events = rows.flat().filter((row) => row[0] !== null).length
    expect(events).toBeGreaterThan(2000)
    expect(events).toBeLessThan(18_000)
  })

  test('no time ahead of its arrival as the watermark, which is the embedded engine’s after each record', async () => {
    const at = (ms: number, after: number) =>
      arrived(recordText({ txn_timestamp: `"${timestampText(START + ms)}"` }), START + after)
    const records = [
      at(0, 50),
      at(4000, 4100),
      // A clock that is four minutes fast, then others again; a replay; a time that is no event's.
      at(245_000, 5000),
      at(5500, 6000),
      at(6000, 3_600_000),
      at(900_000, 7000),
      arrived('no JSON', START + 3_700_000),
      at(8000, 8000),
    ]
    const watermarks = await watermarksInJava(records)
    expect(watermarks).toEqual(watermarksHere(records))
    expect(watermarks.map((ms) => ms - START + TIME.outOfOrderness + 1)).toEqual([
      0, 4000, 5000, 5500, 6000, 6000, 6000, 8000,
    ])
  })
})
