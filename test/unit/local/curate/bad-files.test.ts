import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { A, B, CUT, HEADER_ONLY, LINE_ENDS, LONG_LINES, NUL, ODD_NAME, OPEN, SINGLE } from './bad-files.ts'
import { type Curated, csv, curateFiles, event } from './curate-files.ts'

const users = ({ events }: Curated) => events.map(({ user_id }) => user_id).sort()
const reasons = ({ rejected }: Curated) => rejected.map(({ raw, reasons }) => [raw, ...reasons])
const sums = ({ metrics: { read, curated, duplicates, quarantined } }: Curated) => [
  read,
  curated,
  duplicates,
  quarantined,
]

test.for(Object.entries(LINE_ENDS))('%s: two events', async ([, content]) => {
  const result = await curateFiles({ 'a.csv': content })
  expect(users(result)).toEqual(['1', '2'])
  expect(sums(result)).toEqual([2, 2, 0, 0])
})

test('a compressed file, with a byte order mark', async () => {
  const result = await curateFiles(SINGLE['a compressed file, with a byte order mark'])
  expect(users(result)).toEqual(['1', '2'])
  expect(sums(result)).toEqual([3, 2, 0, 1])
  expect(result.rejected[0]).toEqual({ raw: 'x', source_file: 'a.csv.gz', reasons: ['column_count'] })
})

test.for(Object.entries(HEADER_ONLY))('%s: nothing read, nothing written', async ([, content]) => {
  const result = await curateFiles({ 'a.csv': content })
  expect(sums(result)).toEqual([0, 0, 0, 0])
  expect(result.metrics).toMatchObject({ files: 0, categories: 0, largestCategory: null, firstEvent: null })
})

test('no row passes: no event, and each line in quarantine', async () => {
  const result = await curateFiles(SINGLE['no row passes'])
  expect(sums(result)).toEqual([2, 0, 0, 2])
  expect(result.metrics.reasons).toEqual({ column_count: 1, price: 1 })
  expect(result.metrics.price).toEqual({ min: null, max: null, p50: null, p90: null, p99: null })
  expect(result.metrics.categoryRows).toEqual({})
})

test('a cut last line is rejected', async () => {
  const result = await curateFiles(SINGLE['a cut last line'])
  expect(users(result)).toEqual(['1'])
  expect(reasons(result)).toEqual([[CUT, 'column_count']])
})

test('an unterminated quote spoils its own line only', async () => {
  const result = await curateFiles(SINGLE['an unterminated quote'])
  expect(users(result)).toEqual(['1', '2', '3'])
  expect(reasons(result)).toEqual([[OPEN, 'column_count']])
})

test('a newline in quotes makes two rejected lines', async () => {
  const result = await curateFiles(SINGLE['a newline in quotes'])
  expect(users(result)).toEqual(['1', '2'])
  expect(sums(result)).toEqual([4, 2, 0, 2])
})

test('bytes that are not UTF-8 reject their line, with U+FFFD in their place', async () => {
  const result = await curateFiles(SINGLE['bytes that are not UTF-8'])
  expect(users(result)).toEqual(['1', '2', '3'])
  expect(reasons(result)).toEqual([
    [event({ brand: 'caf\ufffd' }), 'encoding'],
    [event({ brand: 'na\ufffdve', price: 'x' }), 'encoding', 'price'],
  ])
  expect(sums(result)).toEqual([5, 3, 0, 2])
})

test('a NUL byte rejects its line and cuts nothing', async () => {
  const result = await curateFiles(SINGLE['a NUL byte'])
  expect(users(result)).toEqual(['1', '2'])
  expect(reasons(result)).toEqual([
    ['\0', 'encoding', 'column_count'],
    [NUL, 'encoding'],
  ])
})

test('control characters are text like any other', async () => {
  const result = await curateFiles(SINGLE['control characters'])
  expect(result.events.map(({ brand }) => brand).sort()).toEqual(['\x03', 'a\x01b'])
  expect(reasons(result)).toEqual([['\x02', 'column_count']])
})

test('a file of every control character is no text', async () => {
  const controls = String.fromCharCode(...Array.from({ length: 31 }, (_, i) => i + 1))
  await expect(curateFiles({ 'a.csv': csv(A, controls) })).rejects.toThrow(
    'a.csv: holds every control character',
  )
})

test.for(Object.entries(LONG_LINES))(
  'a line of %s is rejected and keeps its neighbours',
  async ([, long]) => {
    const result = await curateFiles({ 'a.csv': csv(A, long, B) })
    expect(users(result)).toEqual(['1', '2'])
    expect(result.rejected).toEqual([{ raw: long, source_file: 'a.csv', reasons: ['column_count'] }])
  },
)

test('an event may have a field of a megabyte', async () => {
  const result = await curateFiles(SINGLE['a field of a megabyte'])
  expect(result.events.map((row) => row.brand?.length)).toContain(1_000_000)
})

test('a line above ten megabytes is named', async () => {
  await expect(curateFiles({ 'deep/a.csv': csv(A, B, 'x'.repeat(10_000_001)) })).rejects.toMatchObject({
    name: 'InvalidInputError',
    message: expect.stringMatching(/^deep\/a.csv line 4: longer than 10,000,000 bytes/),
  })
})

test('a header again inside a file is a rejected row, the first of each file is none', async () => {
  const result = await curateFiles(SINGLE['a header again'])
  expect(users(result)).toEqual(['1', '2', '3'])
  expect(sums(result)).toEqual([5, 3, 0, 2])
  expect(result.rejected.map(({ source_file }) => source_file)).toEqual(['a.csv', 'a.csv'])
  expect(result.rejected[0]?.reasons).toContain('event_time')
})

test.for([
  ['another header', csv(A).replace('brand', 'brnd')],
  ['columns in another order', csv(A).replace('brand,price', 'price,brand')],
  ['six columns', '2019-10-01 00:00:00 UTC,view,1,2,,x\n'],
  ['no header', `${A}\n`],
  ['a blank first line', `\n${csv(A)}`],
  ['an empty file', ''],
] as const)('%s: the file and the header are named', async ([, content]) => {
  await expect(curateFiles({ 'ok.csv': csv(A), 'bad.csv': content })).rejects.toMatchObject({
    name: 'InvalidInputError',
    message: expect.stringContaining(`bad.csv line 1: the header must be ${CSV_HEADER}`),
  })
})

test('a file that says gzip but is none is named', async () => {
  const broken = gzipSync(csv(A, B)).subarray(0, 60)
  await expect(curateFiles({ 'a.csv.gz': broken })).rejects.toThrow(/^a.csv.gz: not a whole gzip file/)
  await expect(curateFiles({ 'a.csv.gz': csv(A) })).rejects.toThrow(/^a.csv.gz: not a whole gzip file/)
})

test('copies are removed within a file and across files, whatever their price is written like', async () => {
  const result = await curateFiles(SINGLE.copies)
  expect(sums(result)).toEqual([8, 3, 5, 0])
})

test('a name with quotes and blanks is a name like any other', async () => {
  const result = await curateFiles(SINGLE['a name with quotes and blanks'])
  expect(users(result)).toEqual(['1'])
  expect(result.rejected[0]?.source_file).toBe(ODD_NAME)
})
