import { describe, expect, test } from 'vitest'
import { activityStream, REPLAY_MARK } from '../../../../catalog/stream.ts'
import { parseEvent } from '../../../../stream/events.ts'
import { curateObjects, curateStream, objectsOf } from './curate-stream.ts'
import { randomStreamLines } from './random-stream-lines.ts'
import { HOURS, objectOf, SHARED, STREAM_CASES } from './stream-files.ts'

const caseOf = (name: string) => STREAM_CASES[name] ?? {}
const column = (rows: readonly Record<string, unknown>[], name: string) => rows.map((row) => row[name])

/** What becomes of a line of October, by the parser of the live path: reasons, or the instant and the user. */
function expected(line: string): string {
  const { event, reasons = [] } = parseEvent(line)
  const damaged = /[\ufffd\0]/.test(line) ? ['encoding'] : []
  if (reasons.includes('json')) return [...damaged, 'json'].join()
  const record = JSON.parse(line) as Record<string, unknown>
  if (REPLAY_MARK in record && isStorable(record)) return 'replayed'
  if (!isStorable(record)) return [...damaged, 'json'].join()
  if (!event) return [...damaged, ...reasons].join()
  return (
    damaged.join() ||
    `${Date.parse(`${event.txn_timestamp.replace(/(\.\d{3})\d*/, '$1')}Z`)} ${event.user_id}`
  )
}

/** No column of text can hold half of a surrogate pair, or NUL; the live path keeps none of them. */
const isStorable = (record: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(activityStream.columns).every((name) => {
    const value = record[name]
    return typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0'))
  })

describe('a line is an event where the live path takes it for one', () => {
  test.for([1, 2, 3])('seed %i', async (seed) => {
    const lines = randomStreamLines(3000, seed).within
    const { metrics, events, rejected } = await curateStream({ within: lines })
    const outcomes = lines.map((line) => [line, expected(line)] as const)
    const isEvent = (outcome: string) => /^\d/.test(outcome)
    const of = (wanted: (outcome: string) => boolean) => outcomes.filter(([, outcome]) => wanted(outcome))
    expect(Object.fromEntries(rejected.map(({ raw, reasons }) => [raw, reasons.join()]))).toEqual(
      Object.fromEntries(of((outcome) => !isEvent(outcome) && outcome !== 'replayed')),
    )
    const found = events.map(({ event_time, user_id }) => `${Date.parse(`${event_time}Z`)} ${user_id}`)
    expect(new Set(found)).toEqual(new Set(of(isEvent).map(([, outcome]) => outcome)))
    expect(metrics).toMatchObject({
      read: lines.length,
      leftOut: { replayed: of((outcome) => outcome === 'replayed').length, neighbours: 0 },
      quarantined: of((outcome) => !isEvent(outcome) && outcome !== 'replayed').length,
    })
    expect(metrics.curated + metrics.duplicates).toBe(of(isEvent).length)
  })
})

test.for(Object.keys(STREAM_CASES))('no line is lost: %s', async (name) => {
  const files = caseOf(name)
  const { metrics } = await curateStream(files)
  const { read, curated, duplicates, quarantined, leftOut } = metrics
  const { replayed = 0, neighbours = 0 } = leftOut ?? {}
  const lines = Object.values(files).flatMap((of) => of.flatMap((line) => line.split(/[\r\n]+/)))
  expect(read).toBe(lines.filter((line) => line !== '').length)
  expect(curated + duplicates + quarantined + replayed + neighbours).toBe(read)
})

test('the time of an event is the one at which it was sent, to the millisecond', async () => {
  const { events } = await curateStream(caseOf('two events'))
  expect(column(events, 'event_time')).toEqual(['2019-10-05 07:00:00.123', '2019-10-05 07:00:01'])
})

test('ids keep every digit, texts every character', async () => {
  const { events } = await curateStream(caseOf('texts that few writers send'))
  expect(column(events, 'brand')).toEqual(
    expect.arrayContaining(['лю😀', 'é😀', 'a\nb\t"c\\', '1e400', '-0', '\ufffd', 'x'.repeat(100_000), null]),
  )
  expect(new Set(column(events, 'category_id'))).toEqual(new Set(['2053013558920217191']))
})

test('what was sent is a copy where all of it is equal, also what the table does not keep', async () => {
  const { metrics, events } = await curateStream(caseOf('copies, and what differs in what is not kept'))
  expect(metrics).toMatchObject({ read: 6, curated: 4, duplicates: 2 })
  expect(column(events, 'event_time').filter((time) => time === '2019-10-05 07:00:00.123')).toHaveLength(3)
})

test('what a replay sent again is left out, be it an event or not', async () => {
  const { metrics } = await curateStream(caseOf('replayed lines'))
  expect(metrics).toMatchObject({ curated: 1, leftOut: { replayed: 4, neighbours: 0 } })
})

describe('at the borders of the month', () => {
  const files = caseOf('events on both sides of both borders')

  test('it takes its own events from the hours beside it, and leaves theirs to the neighbours', async () => {
    const { metrics, events, rejected } = await curateStream(files)
    expect(column(events, 'user_id').toSorted()).toEqual(['12', '2', '23', '31', '41'])
    const users = rejected.map(({ raw }) => /"user_id":(\d+)/.exec(raw)?.[1])
    expect(users.toSorted()).toEqual(['13', '14', '15', '21', '22', '33'])
    expect(metrics).toMatchObject({ read: 21, leftOut: { replayed: 1, neighbours: 9 } })
  })

  test('what would be a neighbour’s stays to be seen where there is no such slice', async () => {
    const { first, within, last } = files
    const own = { first: first ?? [], within: within ?? [], last: last ?? [] }
    const alone = { own: SHARED?.own ?? '', toBefore: null, toAfter: null }
    const { metrics } = await curateStream(own, alone)
    expect(metrics).toMatchObject({
      read: 12,
      curated: 3,
      quarantined: 8,
      leftOut: { replayed: 1, neighbours: 0 },
    })
    expect(metrics.reasons.outside_month).toBe(8)
  })
})

test('many objects are read in batches, and the same rows come out', async () => {
  const lines = randomStreamLines(2000, 11).within
  const objects = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [
      `ecomm_user_activity_stream/${HOURS.within}${i}.json.gz`,
      objectOf(lines.slice(20 * i, 20 * i + 20)),
    ]),
  )
  const [one, many] = [await curateStream({ within: lines }), await curateObjects(objects)]
  const { files: _, bytes: __, ...figures } = one.metrics
  expect(many.metrics).toMatchObject(figures)
  expect(many.events).toEqual(one.events)
})

test('an object that is no whole gzip file, or is gone, is named', async () => {
  const [[key = '', body = Buffer.alloc(0)] = []] = Object.entries(objectsOf(caseOf('two events')))
  await expect(curateObjects({ [key]: body.subarray(0, 40) })).rejects.toThrow(
    /^ecomm_user_activity_stream\/.*a\.json\.gz: not a whole gzip file/,
  )
  await expect(
    curateObjects({ [key]: body }, SHARED, { resolve: () => '/nowhere/a.json.gz' }),
  ).rejects.toThrow(/planned, but no longer there/)
})

test('a manifest that does not say which hours are shared is refused', async () => {
  const files = objectsOf(caseOf('two events'))
  await expect(curateObjects(files, null)).rejects.toThrow('the manifest of stream-2019-10 lacks its hours')
})
