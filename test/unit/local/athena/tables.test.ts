import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { duckdbType } from '../../../../local/athena/types.ts'
import { Catalog } from '../../../../local/glue/catalog.ts'
import { caller, openPlatform, temporaryFolder, until } from '../temporary-platform.ts'
import { addEvents, lakeUri, rowsOf, run, writeParquet } from './run.ts'

const EVENTS = 'ecommerce_lake.ecomm_user_activity_parquet'
const [R1, R2] = ['csv-2019-10@r1', 'csv-2019-10@r2']

test('a table without partitions is empty and has its types', async () => {
  const platform = await openPlatform()
  const { id } = await run(platform, `SELECT * FROM ${EVENTS}`)
  const { ResultSet } = await caller(platform)('athena', 'getQueryResults', { QueryExecutionId: id })
  const types = ResultSet.ResultSetMetadata.ColumnInfo.map(
    ({ Name, Type }: Record<string, string>) => `${Name} ${Type}`,
  )
  expect(types).toContain('price decimal')
  expect(types).toContain('category_id bigint')
  expect(ResultSet.Rows).toHaveLength(1)
})

test('what is registered is seen at the next query, with exact partition keys; what is not is not there', async () => {
  const platform = await openPlatform()
  await addEvents(platform, R1, 2053013555631882655n, 3)
  await addEvents(platform, R2, 2053013555631882657n, 5)
  await writeParquet(platform, `curated/version=${R2}/category_id=7/`, 'SELECT 1 AS x')
  const { rows } = await platform.query(
    `SELECT version, category_id, count(*) FROM ${EVENTS} GROUP BY ALL ORDER BY ALL`,
  )
  expect(rows).toEqual([
    [R1, 2053013555631882655n, 3n],
    [R2, 2053013555631882657n, 5n],
  ])
  await addEvents(platform, R2, 8n, 1)
  expect((await platform.query(`SELECT count(*) FROM ${EVENTS} WHERE version = '${R2}'`)).rows).toEqual([
    [6n],
  ])
})

test('a query of one version is told the bytes of that version', async () => {
  const platform = await openPlatform()
  await addEvents(platform, R1, 1n, 10)
  await addEvents(platform, R2, 1n, 100_000)
  await run(
    platform,
    `CREATE OR REPLACE VIEW ecommerce.v AS SELECT * FROM ${EVENTS} WHERE version IN ('${R1}')`,
  )
  const bytes = async (sql: string) => (await run(platform, sql)).bytes
  const [one, other] = [
    await bytes(`SELECT count(*) FROM ${EVENTS} WHERE version = '${R1}'`),
    await bytes(`SELECT count(*) FROM ${EVENTS} WHERE version = '${R2}'`),
  ]
  expect(one).toBeGreaterThan(0)
  expect(other).toBeGreaterThan(one)
  expect(await bytes('SELECT count(*) FROM ecommerce.v')).toBe(one)
  expect(await bytes(`SELECT count(*) FROM ${EVENTS}`)).toBe(one + other)
})

test('a partition that lies elsewhere has the values of the catalog', async () => {
  const platform = await openPlatform()
  await writeParquet(platform, 'elsewhere/a/', "SELECT 'line' AS raw, 'f' AS source_file, ['x'] AS reasons")
  await caller(platform)('glue', 'createPartition', {
    DatabaseName: 'ecommerce_lake',
    TableName: 'ecomm_user_activity_quarantine',
    PartitionInput: { Values: ["it's"], StorageDescriptor: { Location: lakeUri(platform, 'elsewhere/a/') } },
  })
  expect(await rowsOf(platform, 'SELECT * FROM ecommerce_lake.ecomm_user_activity_quarantine')).toEqual([
    ['raw', 'source_file', 'reasons', 'version'],
    ['line', 'f', '[x]', "it's"],
  ])
})

test('a partition without files is empty until they come', async () => {
  const platform = await openPlatform()
  const folder = `quarantine/version=${R1}/`
  await caller(platform)('glue', 'createPartition', {
    DatabaseName: 'ecommerce_lake',
    TableName: 'ecomm_user_activity_quarantine',
    PartitionInput: { Values: [R1], StorageDescriptor: { Location: lakeUri(platform, folder) } },
  })
  const count = async () =>
    (await platform.query('SELECT count(*) FROM ecommerce_lake.ecomm_user_activity_quarantine')).rows
  expect(await count()).toEqual([[0n]])
  await writeParquet(platform, folder, "SELECT 'line' AS raw, 'f' AS source_file, ['x'] AS reasons")
  expect(await count()).toEqual([[1n]])
})

test('a table whose files can not be read says so, and the others can be read', async () => {
  const platform = await openPlatform()
  await platform.objects.put(platform.names.lakeBucket, `quarantine/version=${R1}/bad.parquet`, 'no parquet')
  await caller(platform)('glue', 'createPartition', {
    DatabaseName: 'ecommerce_lake',
    TableName: 'ecomm_user_activity_quarantine',
    PartitionInput: {
      Values: [R1],
      StorageDescriptor: { Location: lakeUri(platform, `quarantine/version=${R1}/`) },
    },
  })
  expect((await platform.query(`SELECT count(*) FROM ${EVENTS}`)).rows).toEqual([[0n]])
  await expect(platform.query('SELECT * FROM ecommerce_lake.ecomm_user_activity_quarantine')).rejects.toThrow(
    /bad\.parquet/,
  )
})

test('a dropped table is gone, and its files stay', async () => {
  const platform = await openPlatform()
  await addEvents(platform, R1, 1n, 1)
  await run(platform, `DROP TABLE IF EXISTS \`ecommerce_lake\`.\`ecomm_user_activity_parquet\``)
  await expect(platform.query(`SELECT * FROM ${EVENTS}`)).rejects.toThrow(/TABLE_NOT_FOUND/)
  expect((await platform.objects.list(platform.names.lakeBucket, 'curated/')).objects).toHaveLength(1)
})

test('a query reads a table’s partitions only when the catalog has changed', async () => {
  const platform = await openPlatform()
  await addEvents(platform, R1, 1n, 1)
  const count = () => platform.query(`SELECT count(*) FROM ${EVENTS} WHERE version = '${R1}'`)
  await count()
  const looked = vi.spyOn(Catalog.prototype, 'partitions')
  onTestFinished(() => looked.mockRestore())
  await count()
  const [database, table] = EVENTS.split('.')
  expect(looked).not.toHaveBeenCalledWith(database, table)
  await addEvents(platform, R2, 1n, 1)
  await count()
  expect(looked).toHaveBeenCalledWith(database, table)
})

test('files that are linked into the raw zone can be read, also when they come later', async () => {
  const platform = await openPlatform()
  const call = caller(platform)
  const { crawler: Name, rawBucket } = platform.names
  const link = (month: string) => {
    const file = join(temporaryFolder(), `${month}.csv`)
    writeFileSync(file, `month\n${month}\n`)
    const path = platform.objects.pathOf(
      rawBucket,
      `ecomm_user_activity_uncompressed/p_year=2019/p_month=${month}/a.csv`,
    )
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(file, path)
  }
  const months = async () => {
    await call('glue', 'startCrawler', { Name })
    await until(async () =>
      (await call('glue', 'getCrawler', { Name })).Crawler.State === 'READY' ? true : undefined,
    )
    return (
      await platform.query(
        'SELECT month FROM "db-ecommerce-raw"."ecomm_user_activity_uncompressed" ORDER BY 1',
      )
    ).rows
  }
  link('10')
  expect(await months()).toEqual([[10n]])
  link('11')
  expect(await months()).toEqual([[10n], [11n]])
})

test('what is registered is there after a restart', async () => {
  const root = temporaryFolder()
  const before = await openPlatform({ root })
  await addEvents(before, R1, 1n, 2)
  await run(
    before,
    `CREATE OR REPLACE VIEW ecommerce.v AS SELECT * FROM ${EVENTS} WHERE version IN ('${R1}')`,
  )
  await before.close()
  const after = await openPlatform({ root })
  expect((await after.query('SELECT count(*) FROM ecommerce.v')).rows).toEqual([[2n]])
  await after.close()
  rmSync(root, { recursive: true })
  expect((await (await openPlatform({ root })).query(`SELECT count(*) FROM ${EVENTS}`)).rows).toEqual([[0n]])
})

test.each([
  ['bigint', 'BIGINT'],
  ['array<decimal(10,2)>', 'DECIMAL(10,2)[]'],
  ['varchar(10)', 'VARCHAR'],
  ['Timestamp', 'TIMESTAMP'],
])('the Glue type %s is %s', (glue, duckdb) => {
  expect(duckdbType(glue)).toBe(duckdb)
})

test('a Glue type that is not known is named', () => {
  expect(() => duckdbType('map<a,b>')).toThrow('map<a,b>')
})
