import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { quotedPath } from '../../../local/duckdb/text.ts'
import { withDuckDB } from '../../../local/duckdb/with-duckdb.ts'
import { compareCuration } from '../../engines/compare-curation.ts'
import { csv, curateFiles, event, temporaryFolder } from '../local/curate/curate-files.ts'

const GOOD = [event({ user_id: '1' }), event({ user_id: '2' }), event({ user_id: '3', category_id: '7' })]
const SAME = { onlyEmbedded: 0, onlyOther: 0 }

const compare = async (...contents: [string[], string[]]) => {
  const [a, b] = await Promise.all(contents.map((lines) => curateFiles({ 'a.csv': csv(...lines) })))
  if (!a || !b) throw new Error('two curations were asked for')
  return compareCuration(a.folders, b.folders, await temporaryFolder())
}

test('the same files: no row of difference, the same folders and columns', async () => {
  const compared = await compare([...GOOD, 'x'], [...GOOD.toReversed(), 'x'])
  expect(compared).toMatchObject({
    events: { rows: [3, 3], ...SAME },
    quarantined: { rows: [1, 1], ...SAME },
    partitions: [
      ['category_id=2103807459595387724', 'category_id=7'],
      ['category_id=2103807459595387724', 'category_id=7'],
    ],
    files: [2, 2],
    strays: [[], []],
  })
  const [here, there] = compared.schemas.events
  expect(here).toEqual(there)
  const columns = here[0]?.split('\n')
  expect(columns).toContain('event_type BYTE_ARRAY OPTIONAL StringType()')
  expect(columns).toContain('product_id INT64 OPTIONAL')
  expect(columns).toContain('price INT64 OPTIONAL DecimalType(scale=2, precision=10)')
})

test('a value that differs is a row of each', async () => {
  const { events } = await compare(GOOD, [
    ...GOOD.slice(0, 2),
    event({ user_id: '3', category_id: '7', brand: '' }),
  ])
  expect(events).toEqual({ rows: [3, 3], onlyEmbedded: 1, onlyOther: 1 })
})

test('a row that one lacks, a folder, a rejected line or its reasons', async () => {
  const compared = await compare([...GOOD, 'x'], [...GOOD.slice(0, 2), '\0'])
  expect(compared.events).toEqual({ rows: [3, 2], onlyEmbedded: 1, onlyOther: 0 })
  expect(compared.partitions[1]).toEqual(['category_id=2103807459595387724'])
  expect(compared.quarantined).toEqual({ rows: [1, 1], onlyEmbedded: 1, onlyOther: 1 })
})

test('one that wrote nothing lacks everything', async () => {
  const { folders } = await curateFiles({ 'a.csv': csv(...GOOD) })
  const nothing = { curated: join(folders.work, 'none'), quarantine: join(folders.work, 'none') }
  const scratch = await temporaryFolder()
  expect((await compareCuration(folders, nothing, scratch)).events).toEqual({
    rows: [3, 0],
    onlyEmbedded: 3,
    onlyOther: 0,
  })
  await rm(folders.curated, { recursive: true })
  expect((await compareCuration(folders, nothing, scratch)).events).toEqual({ rows: [0, 0], ...SAME })
})

test('files of no table are told by their place', async () => {
  const { folders } = await curateFiles({ 'a.csv': csv(...GOOD, 'x') })
  const strays = [
    `${folders.curated}/_SUCCESS`,
    `${folders.curated}/category_id=7/a.crc`,
    `${folders.curated}/a.parquet`,
    `${folders.quarantine}/_temporary/a.parquet`,
  ]
  for (const file of strays) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
  }
  const compared = await compareCuration(
    { ...folders, quarantine: '/nowhere' },
    folders,
    await temporaryFolder(),
  )
  expect(compared.strays[0].sort()).toEqual(['_SUCCESS', 'a.parquet', 'category_id=7/a.crc'])
  expect(compared.strays[1].sort()).toEqual([
    '_SUCCESS',
    '_temporary',
    '_temporary/a.parquet',
    'a.parquet',
    'category_id=7/a.crc',
  ])
})

/** Writes a Parquet file again, with other columns. */
async function rewrite(file: string, columns: string): Promise<void> {
  const limits = { memoryLimit: '1GB', threads: 1, tempDirectory: join(file, '..') }
  const from = quotedPath(file, '')
  await withDuckDB(limits, (connection) =>
    connection.run(
      `COPY (SELECT ${columns} FROM read_parquet(${from}, hive_partitioning = false)) TO ${quotedPath(`${file}.new`, '')} (FORMAT parquet)`,
    ),
  )
  await rename(`${file}.new`, file)
}

test.for([
  ['a time in a zone', "* REPLACE (event_time AT TIME ZONE 'UTC' AS event_time)"],
  ['a time in milliseconds', '* REPLACE (event_time::TIMESTAMP_MS AS event_time)'],
  ['an id as text', '* REPLACE (product_id::VARCHAR AS product_id)'],
  ['an id of another width', '* REPLACE (user_id::INTEGER AS user_id)'],
  ['a price of more digits', '* REPLACE (price::DECIMAL(12, 2) AS price)'],
  ['a column by another name', '* RENAME (brand AS Brand)'],
  ['columns in another order', 'event_type, event_time, * EXCLUDE (event_type, event_time)'],
] as const)('%s is another schema, whatever the rows say', async ([, columns]) => {
  const lines = csv(...GOOD, 'x')
  const [here, there] = [await curateFiles({ 'a.csv': lines }), await curateFiles({ 'a.csv': lines })]
  const [folder = ''] = readdirSync(there.folders.curated)
  const [file = ''] = readdirSync(join(there.folders.curated, folder))
  await rewrite(join(there.folders.curated, folder, file), columns)
  const { schemas } = await compareCuration(here.folders, there.folders, await temporaryFolder())
  expect(schemas.events[1]).not.toEqual(schemas.events[0])
  expect(schemas.events[1], 'one schema for all files').toHaveLength(2)
})
