import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { curatedEvents } from '../../../../catalog/events.ts'
import { type CurateProgress, curateSlice } from '../../../../local/curate/curate-slice.ts'
import { rowsOf } from '../../../../local/duckdb/rows-of.ts'
import { quoted } from '../../../../local/duckdb/text.ts'
import { withDuckDB } from '../../../../local/duckdb/with-duckdb.ts'
import { csv, curateFiles, EVENT, event, temporaryFolder } from './curate-files.ts'

const SAMPLE = join(import.meta.dirname, '../../../../../shared/data/2019-Oct-sample.csv')
const NO_SAMPLE = !existsSync(SAMPLE)

const parquet = (query: string, folder: string) =>
  withDuckDB({ memoryLimit: '1GB', threads: 1, tempDirectory: folder }, (connection) =>
    rowsOf(connection, query.replace('%', quoted(join(folder, '*/*.parquet')))),
  )

describe.skipIf(NO_SAMPLE)('the real sample (skipped where ../shared/data is missing)', () => {
  test('1,000 rows: 987 views, 3 carts, 10 purchases, in quick time', async () => {
    const { metrics, folders } = await curateFiles({ 'oct.csv': readFileSync(SAMPLE) })
    expect(metrics).toMatchObject({
      slice: 'csv-2019-10',
      version: 'csv-2019-10@r1',
      month: '2019-10',
      read: 1000,
      curated: 1000,
      duplicates: 0,
      quarantined: 0,
      reasons: {},
      eventTypes: { view: 987, cart: 3, purchase: 10, remove_from_cart: 0 },
      firstEvent: '2019-10-01 00:00:00',
      lastEvent: '2019-10-01 00:17:26',
      largestCategory: { category_id: '2053013555631882655', rows: 267 },
    })
    expect(metrics.files).toBe(metrics.categories)
    expect(existsSync(folders.quarantine)).toBe(false)
    expect(existsSync(folders.work)).toBe(false)
  })

  test('the sample under two names: every row twice, once kept', async () => {
    const content = readFileSync(SAMPLE)
    const { metrics } = await curateFiles({ 'a.csv': content, 'b.csv': content })
    expect(metrics).toMatchObject({ read: 2000, curated: 1000, duplicates: 1000, quarantined: 0 })
  })
})

/** `count` events over some categories, in no order. */
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const day = String(((i * 7) % 31) + 1).padStart(2, '0')
    const second = String((i * 11) % 60).padStart(2, '0')
    return event({
      event_time: `2019-10-${day} 00:00:${second} UTC`,
      category_id: String(i % 5),
      user_id: String(i),
    })
  })

describe('the files', () => {
  test('have the columns of the catalog, one file a category, sorted by time', async () => {
    const { folders, metrics, events } = await curateFiles({ 'a.csv': csv(...many(20_000)) })
    expect(metrics).toMatchObject({ curated: 20_000, categories: 5, files: 5 })
    expect((await readdir(folders.curated)).sort()).toEqual([0, 1, 2, 3, 4].map((id) => `category_id=${id}`))
    const schema = await parquet(
      'DESCRIBE SELECT * FROM read_parquet(%, hive_partitioning = false)',
      folders.curated,
    )
    expect(schema.map(({ column_name }) => column_name)).toEqual(Object.keys(curatedEvents.columns))
    expect(schema.map(({ column_type }) => column_type)).toEqual([
      'TIMESTAMP',
      'VARCHAR',
      'BIGINT',
      'VARCHAR',
      'VARCHAR',
      'DECIMAL(10,2)',
      'BIGINT',
      'VARCHAR',
    ])
    for (const id of ['0', '1', '2', '3', '4']) {
      const times = events.filter(({ category_id }) => category_id === id).map((row) => row.event_time ?? '')
      expect(times).toHaveLength(4000)
      expect(times).toEqual(times.toSorted())
    }
  })

  test('of a category too big for the memory are cut by day, sorted, and nothing is lost', async () => {
    const { folders, metrics } = await curateFiles(
      { 'a.csv': csv(...many(20_000), ...many(500)) },
      { memoryLimit: '400MB', eventBytes: 50_000 },
    )
    expect(metrics).toMatchObject({ read: 20_500, curated: 20_000, duplicates: 500, categories: 5 })
    expect(metrics.files).toBeGreaterThan(5)
    const days = await parquet(
      `SELECT count(*) AS files FROM (SELECT category_id, CAST(event_time AS DATE), count(DISTINCT filename) AS files
       FROM read_parquet(%, filename = true) GROUP BY ALL) WHERE files > 1`,
      folders.curated,
    )
    expect(days).toEqual([{ files: 0n }])
  })

  test('are the same each time', async () => {
    const contents = { 'a.csv': csv(...many(5000)) }
    const [a, b] = [await curateFiles(contents), await curateFiles(contents)]
    expect(a.events).toEqual(b.events)
    expect(a.metrics).toEqual(b.metrics)
  })
})

test('a second attempt takes the place of what the first left', async () => {
  const root = await temporaryFolder()
  for (const folder of ['lake/curated/category_id=1', 'lake/quarantine', 'work/lines/bucket=0']) {
    await mkdir(join(root, folder), { recursive: true })
    await writeFile(join(root, folder, 'left.parquet'), 'cut off')
  }
  const { metrics, folders } = await curateFiles({ 'a.csv': csv(EVENT) }, {}, root)
  expect(metrics).toMatchObject({ read: 1, curated: 1, files: 1, quarantined: 0 })
  expect(await readdir(folders.curated)).toEqual(['category_id=2103807459595387724'])
  expect(existsSync(folders.quarantine)).toBe(false)
  const again = await curateFiles({ 'a.csv': csv(EVENT, 'x') }, {}, root)
  expect(again.metrics).toMatchObject({ read: 2, curated: 1, files: 1, quarantined: 1 })
})

const OTHER_DISK = '/dev/shm'

test.skipIf(!existsSync(OTHER_DISK) || statSync(OTHER_DISK).dev === statSync(tmpdir()).dev)(
  'a work folder on another disk will do (skipped where there is none)',
  async () => {
    const work = await mkdtemp(join(OTHER_DISK, 'curate-'))
    const { events, rejected } = await curateFiles({ 'a.csv': csv(EVENT, 'x') }, { workDir: work })
    expect([events.length, rejected.length]).toEqual([1, 1])
    expect(existsSync(work)).toBe(false)
  },
)

test('progress is told in each phase up to its whole', async () => {
  const told: CurateProgress[] = []
  await curateFiles({ 'a.csv': csv(...many(2000), 'x') }, { onProgress: (progress) => told.push(progress) })
  const last = (phase: string) => told.findLast((progress) => progress.phase === phase)
  expect(last('parse')).toEqual({ phase: 'parse', unit: 'rows', done: 2001, total: 2001 })
  expect(last('write')).toEqual({ phase: 'write', unit: 'rows', done: 2000, total: 2000 })
  expect(last('scan')?.done).toBe(last('scan')?.total)
})

describe('what fails leaves nothing behind', () => {
  test.for(['scan', 'parse', 'write'] as const)('an abort in phase %s', async (phase) => {
    const root = await temporaryFolder()
    const controller = new AbortController()
    const stopped = curateFiles(
      { 'a.csv': csv(...many(20_000)) },
      {
        signal: controller.signal,
        onProgress: (progress) =>
          progress.phase === phase && controller.abort(new Error('stopped by the user')),
      },
      root,
    )
    await expect(stopped).rejects.toThrow('stopped by the user')
    expect(existsSync(join(root, 'work'))).toBe(false)
    expect(existsSync(join(root, 'lake/curated'))).toBe(false)
  })

  test('an abort interrupts a running query', async () => {
    const signal = AbortSignal.timeout(50)
    const forever = withDuckDB({ memoryLimit: '1GB', threads: 1, tempDirectory: '', signal }, (connection) =>
      connection.run('SELECT count(*) FROM range(1000000000) a, range(1000) b WHERE a.range % 7 = b.range'),
    )
    await expect(forever).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('a folder that is a file is named, and the next run works', async () => {
    const root = await temporaryFolder()
    await writeFile(join(root, 'file'), '')
    const contents = { 'a.csv': csv(EVENT) }
    const work = join(root, 'file/work')
    await expect(curateFiles(contents, { workDir: work }, root)).rejects.toThrow(`Cannot write to ${work}`)
    expect((await curateFiles(contents, {}, root)).metrics.curated).toBe(1)
  })

  test('a raw file that is gone is named', async () => {
    const root = await temporaryFolder()
    const manifest = {
      ...{
        slice: 'csv-2019-10',
        source: 'csv' as const,
        month: '2019-10',
        version: 'v',
        fingerprint: '',
        bucket: 'raw',
      },
      files: [{ key: 'gone.csv', size: 1, etag: '' }],
    }
    const folder = (name: string) => join(root, name)
    const missing = curateSlice({
      ...{ manifest, resolve: (bucket, key) => join(root, bucket, key), workDir: folder('w') },
      ...{ curatedDir: folder('c'), quarantineDir: folder('q') },
    })
    await expect(missing).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: 'gone.csv: planned, but no longer there; upload it again and start again.',
    })
  })
})
