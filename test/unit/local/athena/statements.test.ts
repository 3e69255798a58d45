import { expect, test, vi } from 'vitest'
import { MARTS } from '../../../../athena-views/index.ts'
import { martCtas, viewStatement } from '../../../../athena-views/statements.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../../../catalog/names.ts'
import { parseCtasProperties } from '../../../../local/athena/ctas-properties.ts'
import { failureReason } from '../../../../local/athena/failure.ts'
import { parseStatement } from '../../../../local/athena/statement.ts'
import { viewSql } from '../../../../local/athena/stored-view.ts'
import { Catalog } from '../../../../local/glue/catalog.ts'
import { caller, openPlatform } from '../temporary-platform.ts'
import { addEvents, lakeUri, rowsOf, run } from './run.ts'

const names = namesOf(DEFAULT_DEPLOYMENT)
const at = `s3://${names.lakeBucket}/t/`
const ctas = (select: string, properties = `external_location = '${at}'`, table = 'ecommerce_lake.t') =>
  `CREATE TABLE ${table} WITH (${properties}) AS ${select}`

test('every mart of the project is built, published as a view and read', async () => {
  const platform = await openPlatform()
  const version = 'csv-2019-10@r1'
  await addEvents(platform, version, 1n, 50)
  for (const mart of MARTS) {
    const location = lakeUri(platform, `marts/${mart.name}/version=2019-10@r1/attempt=1/`)
    const inputs = {
      events: [version],
      marts: Object.fromEntries(MARTS.map(({ name }) => [name, ['2019-10@r1']])),
    }
    const sql = martCtas({
      dialect: 'duckdb',
      names,
      mart,
      month: '2019-10',
      inputs,
      table: `tmp_${mart.name}`,
      location,
    })
    expect(await run(platform, sql), mart.name).toMatchObject({ state: 'SUCCEEDED' })
    const call = caller(platform)
    await call('glue', 'createPartition', {
      DatabaseName: names.lakeDatabase,
      TableName: mart.name,
      PartitionInput: { Values: ['2019-10@r1'], StorageDescriptor: { Location: location } },
    })
    await call('glue', 'deleteTable', { DatabaseName: names.lakeDatabase, Name: `tmp_${mart.name}` })
    const view = viewStatement({ dialect: 'duckdb', names, view: mart, versions: ['2019-10@r1'] })
    expect(await run(platform, view), mart.name).toMatchObject({ state: 'SUCCEEDED' })
    expect((await rowsOf(platform, `SELECT * FROM ecommerce.${mart.name}`))[0]).toEqual(
      Object.keys(mart.columns),
    )
  }
})

test('CREATE TABLE AS writes Parquet, compressed as asked, and the table to the catalog', async () => {
  const platform = await openPlatform()
  const properties = `format = 'PARQUET', write_compression = 'ZSTD', external_location = '${at}'`
  expect(await run(platform, ctas("SELECT 1::BIGINT AS Id, 'it''s (x)' AS text", properties))).toMatchObject({
    state: 'SUCCEEDED',
  })
  const { Table } = await caller(platform)('glue', 'getTable', { DatabaseName: 'ecommerce_lake', Name: 't' })
  expect(Table).toMatchObject({
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: {
      Location: at,
      Columns: [
        { Name: 'id', Type: 'bigint' },
        { Name: 'text', Type: 'string' },
      ],
    },
  })
  expect(await rowsOf(platform, 'SELECT * FROM ecommerce_lake.t')).toEqual([
    ['Id', 'text'],
    ['1', "it's (x)"],
  ])
  const path = platform.objects.pathOf(names.lakeBucket, 't/data.parquet')
  const { rows } = await platform.query(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`)
  expect(rows).toEqual([['ZSTD']])
})

test('a place that is not empty, and a table that is there, are refused', async () => {
  const platform = await openPlatform()
  await run(platform, ctas('SELECT 1 AS a'))
  const again = await run(platform, ctas('SELECT 1 AS a', undefined, 'ecommerce_lake.other'))
  expect(again.reason).toMatch(
    /^HIVE_PATH_ALREADY_EXISTS: Target directory for table 'ecommerce_lake\.other'/,
  )
  expect((await run(platform, ctas('SELECT 1 AS a'))).reason).toMatch(/^TABLE_ALREADY_EXISTS/)
})

test('partitions are written and registered, but no more than 100', async () => {
  const platform = await openPlatform()
  const properties = `partitioned_by = ARRAY['k', 'm'], external_location = '${at}'`
  expect(
    await run(platform, ctas("SELECT i, i % 2 AS k, 'a b' AS m FROM range(10) t(i)", properties)),
  ).toMatchObject({
    state: 'SUCCEEDED',
  })
  expect(
    (await platform.query('SELECT k, m, count(*) FROM ecommerce_lake.t GROUP BY ALL ORDER BY ALL')).rows,
  ).toEqual([
    [0n, 'a b', 5n],
    [1n, 'a b', 5n],
  ])
  const many = `partitioned_by = ARRAY['k'], external_location = '${at}many/'`
  const failed = await run(
    platform,
    ctas('SELECT 1 AS a, i AS k FROM range(101) t(i)', many, 'ecommerce_lake.many'),
  )
  expect(failed.reason).toMatch(/^HIVE_TOO_MANY_OPEN_PARTITIONS/)
  expect((await platform.objects.list(names.lakeBucket, 't/many/')).objects).toEqual([])
  const wrong = await run(platform, ctas('SELECT 1 AS k, 2 AS a', many, 'ecommerce_lake.many'))
  expect(wrong.reason).toMatch(/must be the last ones/)
})

test('a statement that fails leaves neither files nor a table', async () => {
  const platform = await openPlatform()
  expect((await run(platform, ctas("SELECT CAST('x' || i AS BIGINT) AS a FROM range(9) t(i)"))).state).toBe(
    'FAILED',
  )
  expect((await run(platform, ctas('SELECT sum(i) AS a FROM range(9) t(i)'))).reason).toMatch(
    /column a has the type HUGEINT.*cast/,
  )
  expect((await run(platform, ctas('SELECT 1 AS a', undefined, 'none.t'))).reason).toMatch(
    /Database none not found/,
  )
  expect((await platform.objects.list(names.lakeBucket)).objects).toEqual([])
  await expect(platform.query('SELECT * FROM ecommerce_lake.t')).rejects.toThrow(/TABLE_NOT_FOUND/)
})

test.each(['createTable', 'putPartitions'] as const)(
  'where the catalog refuses (%s) the files go too',
  async (method) => {
    const platform = await openPlatform()
    const properties = `external_location = '${at}', partitioned_by = ARRAY['k']`
    vi.spyOn(Catalog.prototype, method).mockImplementationOnce(() => {
      throw new Error('the disk is full')
    })
    expect((await run(platform, ctas('SELECT 1 AS a, 2 AS k', properties))).reason).toMatch(/disk is full/)
    expect((await platform.objects.list(names.lakeBucket)).objects).toEqual([])
    expect((await run(platform, ctas('SELECT 1 AS a, 2 AS k', properties))).state).toBe('SUCCEEDED')
  },
)

test('without a place the files go to the results bucket', async () => {
  const platform = await openPlatform()
  const { id } = await run(platform, 'CREATE TABLE t AS SELECT 1 AS a', 'ecommerce_lake')
  const { objects } = await platform.objects.list(names.resultsBucket, `tables/${id}/`)
  expect(objects).toHaveLength(1)
})

test('a view is replaced at once, and one that does not bind leaves the former', async () => {
  const platform = await openPlatform()
  const create = (select: string, head = 'CREATE OR REPLACE VIEW ecommerce.v AS') =>
    run(platform, `${head} ${select}`)
  await create('SELECT 1 AS a')
  expect((await create('SELECT none FROM ecommerce.nowhere')).reason).toMatch(/TABLE_NOT_FOUND/)
  expect((await platform.query('SELECT * FROM ecommerce.v')).rows).toEqual([[1]])
  await create('SELECT 2 AS a, 3 AS b')
  expect((await platform.query('SELECT * FROM ecommerce.v')).rows).toEqual([[2, 3]])
  expect((await create('SELECT 1', 'CREATE VIEW ecommerce.v AS')).reason).toMatch(/^VIEW_ALREADY_EXISTS/)
  const overTable = 'CREATE OR REPLACE VIEW ecommerce_lake.sales_per_day AS'
  expect((await create('SELECT 1 AS a', overTable)).reason).toMatch(/is a table, not a view/)
  const { Table } = await caller(platform)('glue', 'getTable', { DatabaseName: 'ecommerce', Name: 'v' })
  expect(Table.TableType).toBe('VIRTUAL_VIEW')
  expect(viewSql(Table)).toBe('SELECT 2 AS a, 3 AS b')
})

test('a view over a view follows it, and says when it no longer can', async () => {
  const platform = await openPlatform()
  const view = (name: string, select: string) =>
    run(platform, `CREATE OR REPLACE VIEW ecommerce.${name} AS ${select}`)
  await view('b_base', 'SELECT 1 AS a')
  await view('a_over', 'SELECT * FROM ecommerce.b_base')
  expect((await platform.query('SELECT * FROM ecommerce.a_over')).rows).toEqual([[1]])
  await view('b_base', "SELECT 'x' AS a, 2 AS b")
  expect((await platform.query('SELECT * FROM ecommerce.a_over')).rows).toEqual([['x', 2]])
  await run(platform, 'DROP VIEW ecommerce.b_base')
  await expect(platform.query('SELECT * FROM ecommerce.a_over')).rejects.toThrow(/^INVALID_VIEW: .*a_over/)
  await view('b_base', 'SELECT 7 AS a')
  expect((await platform.query('SELECT * FROM ecommerce.a_over')).rows).toEqual([[7]])
  expect((await run(platform, 'DROP TABLE ecommerce.a_over')).reason).toMatch(/TABLE_NOT_FOUND/)
})

test('names are read in every spelling', () => {
  const nameOf = (sql: string) => {
    const statement = parseStatement(sql)
    return statement.kind === 'query' ? undefined : statement.name
  }
  const expected = { database: 'db-x', table: 'tab le' }
  expect(nameOf('/* a */ drop table if exists "DB-x"."Tab le" ;')).toEqual(expected)
  expect(nameOf('DROP VIEW `db-x`.`tab le`')).toEqual(expected)
  expect(nameOf('CREATE OR REPLACE VIEW awsdatacatalog."db-x"."tab le" AS SELECT 1')).toEqual(expected)
  expect(nameOf('create table t as select 1')).toEqual({ database: undefined, table: 't' })
  expect(parseStatement('(SELECT 1) UNION ALL SELECT 2').kind).toBe('query')
})

test.each([
  ["format = 'ORC'", /format = 'PARQUET'/],
  ["bucket_count = '3'", /bucket_count is not emulated/],
  ["write_compression = 'LZ9'", /LZ9/],
  ['format PARQUET', /table properties end in/],
])('the property %s is refused', (text, message) => {
  expect(() => parseCtasProperties(text)).toThrow(message)
})

test('properties have Athena’s defaults', () => {
  expect(parseCtasProperties('')).toEqual({ location: undefined, compression: 'GZIP', partitionedBy: [] })
  expect(parseCtasProperties("parquet_compression = 'none', is_external = true").compression).toBe(
    'UNCOMPRESSED',
  )
})

test.each([
  [new Error('Out of Memory Error: failed'), 'EXCEEDED_LOCAL_MEMORY_LIMIT: failed'],
  [new Error('IO Error: No space left'), 'HIVE_CANNOT_OPEN_SPLIT: No space left'],
  [new Error('odd'), 'GENERIC_INTERNAL_ERROR: odd'],
  ['text', 'GENERIC_INTERNAL_ERROR: text'],
  [new Error('Invalid Input Error: INVALID_VIEW: stale'), 'INVALID_VIEW: stale'],
])('the reason of %s', (error, reason) => {
  expect(failureReason(error)).toBe(reason)
})
