import { expect, test } from 'vitest'
import { auditTables, runSlices, runs } from '../../../../catalog/audit.ts'
import { LAKE } from '../../../../catalog/layout.ts'
import { caller, openPlatform, until } from '../temporary-platform.ts'

/** A row of `runs` as the functions write it. */
const row = (values: object = {}) => ({
  run: 'r1',
  machine: 'ecomm-nightly-dev',
  execution: 'arn:r1',
  started_at: '2026-01-01 02:00:00.123',
  ended_at: '2026-01-01 02:10:00.000',
  seconds: 599.877,
  redrives: 0,
  started_by: null,
  input: '{"months":["2019-10"]}',
  outcome: 'published',
  release: 'r1',
  slices: 1,
  slices_set_aside: 0,
  marts_built: 12,
  rows_read: 4_000_000_000,
  rows_curated: 1,
  rows_duplicate: 0,
  rows_quarantined: 0,
  job_seconds: 60,
  bytes_scanned: 2 ** 52,
  cost_usd: '1.2345',
  warnings: ['a "quoted" warning\nof two lines'],
  error: null,
  cause: null,
  ...values,
})

const open = async () => {
  const platform = await openPlatform()
  const { objects, names } = platform
  const put = (key: string, ...rows: object[]) =>
    objects.put(
      names.lakeBucket,
      `${LAKE.auditOf('runs')}${key}.json`,
      rows.map((one) => `${JSON.stringify(one)}\n`).join(''),
    )
  const ask = async (sql: string) => (await platform.query(sql)).rows
  return { platform, put, ask }
}

test('the views are there before anything has run, without rows', async () => {
  const { ask } = await open()
  expect(await ask('select * from ecommerce.runs')).toEqual([])
  expect(await ask('select count(*) from ecommerce.run_slices')).toEqual([[0n]])
})

test('a row has the types that the catalog says', async () => {
  const { put, ask, platform } = await open()
  await put('r1', row())
  const { columns, rows } = await platform.query('select * from ecommerce.runs')
  expect(columns).toEqual(Object.keys(runs.columns))
  expect(Object.fromEntries(columns.map((name, i) => [name, rows[0]?.[i]]))).toMatchObject({
    started_at: '2026-01-01 02:00:00.123',
    seconds: 599.877,
    redrives: 0,
    started_by: null,
    rows_read: 4_000_000_000n,
    bytes_scanned: 2n ** 52n,
    cost_usd: '1.2345',
    warnings: ['a "quoted" warning\nof two lines'],
  })
  expect(await ask("select date_diff('minute', started_at, ended_at) from ecommerce.runs")).toEqual([[10n]])
})

test('a file that is new, replaced or gone shows at the next query', async () => {
  const { put, ask, platform } = await open()
  const count = () => ask('select outcome, count(*) from ecommerce.runs group by 1 order by 1')
  expect(await count()).toEqual([])
  await put('r1', row({ outcome: 'failed' }))
  expect(await count()).toEqual([['failed', 1n]])
  await put('r1', row())
  await put('r2', row({ run: 'r2' }))
  expect(await count()).toEqual([['published', 2n]])
  await platform.objects.remove(platform.names.lakeBucket, `${LAKE.auditOf('runs')}r1.json`)
  expect(await count()).toEqual([['published', 1n]])
})

test('they are queried through Athena too, which says what it read', async () => {
  const { put, platform } = await open()
  await put('r1', row())
  const call = caller(platform)
  const { QueryExecutionId } = await call('athena', 'startQueryExecution', {
    QueryString: 'SELECT "run", "cost_usd" FROM "ecommerce"."runs"',
  })
  const execution = await until(async () => {
    const { QueryExecution } = await call('athena', 'getQueryExecution', { QueryExecutionId })
    return ['QUEUED', 'RUNNING'].includes(QueryExecution.Status.State) ? undefined : QueryExecution
  })
  expect(execution.Status.State).toBe('SUCCEEDED')
  expect(execution.Statistics.DataScannedInBytes).toBe(JSON.stringify(row()).length + 1)
  const { ResultSet } = await call('athena', 'getQueryResults', { QueryExecutionId })
  expect(ResultSet.Rows[1].Data).toEqual([{ VarCharValue: 'r1' }, { VarCharValue: '1.2345' }])
})

test('Glue shows tables of JSON lines and views over them, as Athena keeps both', async () => {
  const { platform } = await open()
  const call = caller(platform)
  for (const { name, columns } of auditTables) {
    const { Table } = await call('glue', 'getTable', { DatabaseName: 'ecommerce_lake', Name: name })
    expect(Table.StorageDescriptor).toMatchObject({
      Location: `s3://ecommerce-lake-us-east-1-dev/audit/${name}/`,
      SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
    })
    const view = await call('glue', 'getTable', { DatabaseName: 'ecommerce', Name: name })
    expect(view.Table).toMatchObject({ TableType: 'VIRTUAL_VIEW', Parameters: { presto_view: 'true' } })
    expect(view.Table.StorageDescriptor.Columns.map(({ Name }: { Name: string }) => Name)).toEqual(
      Object.keys(columns),
    )
  }
  expect(Object.keys(runSlices.columns)).toContain('fingerprint')
})

test('Athena says what it read to make a table, and nothing of making a view', async () => {
  const { put, platform } = await open()
  await put('r1', row())
  const call = caller(platform)
  const scanned = async (QueryString: string) => {
    const { QueryExecutionId } = await call('athena', 'startQueryExecution', {
      QueryString,
      WorkGroup: platform.names.martWorkgroup,
    })
    const ended = await until(async () => {
      const { QueryExecution } = await call('athena', 'getQueryExecution', { QueryExecutionId })
      return ['QUEUED', 'RUNNING'].includes(QueryExecution.Status.State) ? undefined : QueryExecution
    })
    expect(ended.Status.StateChangeReason).toBeUndefined()
    return ended.Statistics.DataScannedInBytes
  }
  const lake = platform.names.lakeBucket
  const select = 'SELECT run FROM ecommerce_lake.runs'
  const place = `external_location = 's3://${lake}/marts/x/'`
  expect(await scanned(`CREATE TABLE ecommerce_lake.x WITH (${place}) AS ${select}`)).toBeGreaterThan(500)
  expect(await scanned(`CREATE VIEW ecommerce.y AS ${select}`)).toBe(0)
})
