import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { csvFields } from '../../../../stream/simulator/csv-fields.ts'
import { merge } from '../../../../stream/simulator/merge.ts'
import { repeat } from '../../../../stream/simulator/repeat.ts'
import { replayCsv } from '../../../../stream/simulator/replay-csv.ts'
import type { SimulatedEvent } from '../../../../stream/simulator/simulated-event.ts'
import { temporaryFolder } from '../../local/temporary-platform.ts'
import { START, streamEvent } from '../stream-event.ts'

const LINE =
  '2019-10-01 00:00:00 UTC,view,1307067,2053013558920217191,computers.notebook,lenovo,251.74,550050854,7c90fc70'
const SAMPLE = path.resolve(import.meta.dirname, '../../../../../shared/data/2019-Oct-sample.csv')

const file = (text: string, name = 'raw.csv') => {
  const at = path.join(temporaryFolder(), name)
  writeFileSync(at, name.endsWith('.gz') ? gzipSync(text) : text)
  return at
}
const all = async (events: AsyncIterable<SimulatedEvent>, most = Number.POSITIVE_INFINITY) => {
  const found: SimulatedEvent[] = []
  for await (const event of events) if (found.push(event) === most) break
  return found
}
const at = (...ms: number[]) => ms.map((one) => streamEvent({ at: one }))

describe('a raw file', () => {
  it.each([
    ['plain', `${CSV_HEADER}\n${LINE}\n`, 'raw.csv'],
    [
      'with CRLF, a byte order mark, and no end of its last line',
      `\uFEFF${CSV_HEADER}\r\n${LINE}`,
      'raw.csv',
    ],
    ['gzipped', `${CSV_HEADER}\n\n${LINE}\n`, 'raw.csv.gz'],
  ])('%s is replayed', async (_name, text, name) => {
    const path = file(text, name)
    expect(await all(replayCsv({ path }))).toMatchObject([
      {
        event_time: '2019-10-01 00:00:00',
        user_id: 550050854n,
        price: '251.74',
        user_session: '7c90fc70',
        time: START,
      },
    ])
  })

  it('leaves out what is no event, and says which line and why', async () => {
    const told: unknown[] = []
    const path = file(
      [CSV_HEADER, LINE, `${LINE},more`, LINE.replace('550050854', ''), `"${LINE}`].join('\n'),
    )
    const found = await all(replayCsv({ path, onBadLine: (line, reasons) => told.push([line, ...reasons]) }))
    expect(found).toHaveLength(1)
    expect(told).toEqual([
      [3, 'column_count'],
      [4, 'user_id'],
      [5, 'column_count'],
    ])
  })

  it('is refused with another header, and where it does not exist', async () => {
    await expect(all(replayCsv({ path: file(`a,b\n${LINE}\n`) }))).rejects.toThrow(
      'the header is not event_time,',
    )
    await expect(all(replayCsv({ path: '/nowhere.csv' }))).rejects.toThrow('ENOENT')
    await expect(all(replayCsv({ path: '/nowhere.csv.gz' }))).rejects.toThrow('ENOENT')
  })

  it.skipIf(!existsSync(SAMPLE))('may be the real sample: all of its 1,000 rows are events', async () => {
    const bad: number[] = []
    expect(await all(replayCsv({ path: SAMPLE, onBadLine: (line) => bad.push(line) }))).toHaveLength(1000)
    expect(bad).toEqual([])
  })

  it.each([
    ['a,b', ['a', 'b']],
    ['', ['']],
    [',', ['', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['a,"b ""c"""', ['a', 'b "c"']],
    ['"",""', ['', '']],
    ['"a', undefined],
    ['a"b', undefined],
    ['"a"b', undefined],
  ])('%j has the fields %j', (line, fields) => {
    expect(csvFields(line)).toEqual(fields)
  })
})

describe('a sequence that is repeated', () => {
  it('comes again behind itself', async () => {
    const found = await all(
      repeat(() => at(0, 1500, 4000)),
      7,
    )
    expect(found.map(({ time }) => time - START)).toEqual([0, 1500, 4000, 5000, 6500, 9000, 10_000])
    expect(found[4]?.event_time).toBe('2019-10-01 00:00:06')
  })

  it('ends where it is empty', async () => {
    expect(await all(repeat(() => []))).toEqual([])
  })
})

describe('sequences that are merged', () => {
  it('are one in the order of time, whatever is asynchronous among them', async () => {
    async function* later() {
      yield* at(1, 4)
    }
    const found = await all(merge(at(0, 3, 5), later(), at(), at(3, 6)))
    expect(found.map(({ time }) => time - START)).toEqual([0, 1, 3, 3, 4, 5, 6])
  })

  it('are closed where nobody wants more', async () => {
    let closed = false
    function* endless() {
      try {
        for (let n = 0; ; n++) yield* at(n)
      } finally {
        closed = true
      }
    }
    expect(await all(merge(endless(), at(5)), 3)).toHaveLength(3)
    expect(closed).toBe(true)
  })
})
