import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { expect, onTestFinished, test } from 'vitest'
import { caller, clientConfig, openPlatform, until } from '../temporary-platform.ts'
import { rowsOf, run } from './run.ts'

test('a client starts a query, waits for it, and reads texts with the header first', async () => {
  const platform = await openPlatform()
  const athena = new AthenaClient(clientConfig(platform))
  onTestFinished(() => athena.destroy())
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: `SELECT 2053013555631882655 AS id, CAST(1.5 AS DECIMAL(10,2)) AS price, CAST(NULL AS VARCHAR) AS brand,
        TIMESTAMP '2019-10-01 00:00:01' AS at, TIMESTAMP '2019-10-01 00:00:01.123456' AS exact, DATE '2019-10-01' AS day,
        TIMESTAMPTZ '2019-10-01 02:00:01+02' AS zoned, true AS flag, 2.0::DOUBLE AS share, ['a', NULL] AS list, 'say "hi", x' AS text`,
      WorkGroup: platform.names.workgroup,
      ClientRequestToken: 'x'.repeat(32),
    }),
  )
  const { QueryExecution } = await until(async () => {
    const answer = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))
    return answer.QueryExecution?.Status?.State === 'SUCCEEDED' ? answer : undefined
  })
  expect(QueryExecution).toMatchObject({
    StatementType: 'DML',
    WorkGroup: platform.names.workgroup,
    Status: { SubmissionDateTime: expect.any(Date), CompletionDateTime: expect.any(Date) },
    Statistics: { EngineExecutionTimeInMillis: expect.any(Number), DataScannedInBytes: 0 },
  })
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
  const [header, row] = (ResultSet?.Rows ?? []).map(({ Data }) =>
    Data?.map(({ VarCharValue }) => VarCharValue),
  )
  const expected = {
    id: ['2053013555631882655', 'bigint'],
    price: ['1.50', 'decimal'],
    brand: [undefined, 'varchar'],
    at: ['2019-10-01 00:00:01.000', 'timestamp'],
    exact: ['2019-10-01 00:00:01.123456', 'timestamp'],
    day: ['2019-10-01', 'date'],
    zoned: ['2019-10-01 00:00:01.000 UTC', 'timestamp with time zone'],
    flag: ['true', 'boolean'],
    share: ['2.0', 'double'],
    list: ['[a, null]', 'array'],
    text: ['say "hi", x', 'varchar'],
  }
  expect(header).toEqual(Object.keys(expected))
  expect(row).toEqual(Object.values(expected).map(([value]) => value))
  const types = ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Type }) => Type)
  expect(types).toEqual(Object.values(expected).map(([, type]) => type))
})

test('a long result comes in pages of 1,000 rows, whatever is in them', async () => {
  const platform = await openPlatform()
  const athena = new AthenaClient(clientConfig(platform))
  onTestFinished(() => athena.destroy())
  const text = `CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 'a"b' || chr(10) || i::VARCHAR ELSE '' END`
  const { id } = await run(platform, `SELECT i, ${text} AS t FROM range(5500) t(i) ORDER BY i`)
  for (const pageSize of [1000, 777]) {
    const rows: (string | undefined)[][] = []
    const sizes: number[] = []
    for await (const page of paginateGetQueryResults(
      { client: athena, pageSize },
      { QueryExecutionId: id },
    )) {
      sizes.push(page.ResultSet?.Rows?.length ?? 0)
      for (const { Data = [] } of page.ResultSet?.Rows ?? [])
        rows.push(Data.map(({ VarCharValue }) => VarCharValue))
    }
    expect(Math.max(...sizes)).toBe(pageSize)
    expect(rows.shift()).toEqual(['i', 't'])
    expect(rows).toEqual(
      Array.from({ length: 5500 }, (_, i) => [
        `${i}`,
        i % 3 === 0 ? undefined : i % 3 === 1 ? `a"b\n${i}` : '',
      ]),
    )
  }
})

test('the result lies in the results bucket as the CSV that Athena writes', async () => {
  const platform = await openPlatform()
  const { id, location } = await run(platform, "SELECT 1 AS a, NULL AS b, 'x\"y' AS c")
  expect(location).toBe(`s3://${platform.names.resultsBucket}/${id}.csv`)
  expect(await platform.objects.text(platform.names.resultsBucket, `${id}.csv`)).toBe(
    '"a","b","c"\n"1",,"x""y"\n',
  )
})

test('a query is stopped while it runs', async () => {
  const platform = await openPlatform()
  const athena = new AthenaClient(clientConfig(platform))
  onTestFinished(() => athena.destroy())
  const QueryString = 'SELECT count(*) FROM range(100000000) a(i), range(100000) b(j) WHERE i * j % 7 = 3'
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand({ QueryString }))
  const state = async () =>
    (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution?.Status?.State
  await until(async () => ((await state()) === 'RUNNING' ? true : undefined))
  await expect(athena.send(new GetQueryResultsCommand({ QueryExecutionId }))).rejects.toThrow(
    /not yet finished/,
  )
  await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }))
  expect(await state()).toBe('CANCELLED')
  await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }))
  await expect(athena.send(new GetQueryResultsCommand({ QueryExecutionId }))).rejects.toThrow(/CANCELLED/)
})

test('the platform closes while queries run', async () => {
  const platform = await openPlatform()
  const QueryString = 'SELECT count(*) FROM range(100000000) a(i), range(100000) b(j) WHERE i * j % 7 = 3'
  await caller(platform)('athena', 'startQueryExecution', { QueryString })
  await platform.close()
  await platform.close()
  await expect(platform.query('SELECT 1')).rejects.toThrow(/closed/)
})

test('a token gives the same execution again, and no other statement', async () => {
  const call = caller(await openPlatform())
  const request = { QueryString: 'SELECT 1', ClientRequestToken: 't'.repeat(32) }
  const first = await call('athena', 'startQueryExecution', request)
  expect(await call('athena', 'startQueryExecution', request)).toEqual(first)
  await expect(
    call('athena', 'startQueryExecution', { ...request, QueryString: 'SELECT 2' }),
  ).rejects.toMatchObject({ code: 'InvalidRequestException' })
})

test('an execution that is not known, and a token that is none', async () => {
  const platform = await openPlatform()
  const call = caller(platform)
  const { id } = await run(platform, 'SELECT 1')
  const invalid = { code: 'InvalidRequestException' }
  for (const action of ['getQueryExecution', 'getQueryResults', 'stopQueryExecution'])
    await expect(call('athena', action, { QueryExecutionId: 'x' })).rejects.toMatchObject(invalid)
  await expect(
    call('athena', 'getQueryResults', { QueryExecutionId: id, NextToken: 'x' }),
  ).rejects.toMatchObject(invalid)
  const beyond = await call('athena', 'getQueryResults', { QueryExecutionId: id, NextToken: '99' })
  expect(beyond.ResultSet.Rows).toEqual([])
})

test.each([
  ['SELEC 1', /NOT_SUPPORTED: "SELEC 1 …"/],
  ['SELECT FROM WHERE', /SYNTAX_ERROR/],
  ['SELECT 1; SELECT 2', /Only one sql statement is allowed/],
  ['SELECT * FROM ecommerce.none', /TABLE_NOT_FOUND: .*none/],
  ['SELECT none FROM ecommerce_lake.ecomm_user_activity_parquet', /COLUMN_NOT_FOUND: .*none/],
  ['SELECT no_such(1)', /FUNCTION_NOT_FOUND/],
  ["SELECT CAST('x' AS BIGINT)", /INVALID_CAST_ARGUMENT/],
  ['SELECT ?', /parameters/],
  ['INSERT INTO a VALUES (1)', /NOT_SUPPORTED: "INSERT INTO a …"/],
  ['WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a', /NOT_SUPPORTED|TABLE_NOT_FOUND|SYNTAX_ERROR/],
  ["COPY (SELECT 1) TO 'x'", /NOT_SUPPORTED/],
  ['DROP TABLE none_here', /MISSING_SCHEMA_NAME/],
  ['DROP TABLE ecommerce.none', /TABLE_NOT_FOUND/],
])('%s fails with a reason', async (sql, reason) => {
  expect(await run(await openPlatform(), sql)).toMatchObject({
    state: 'FAILED',
    reason: expect.stringMatching(reason),
  })
})

test('SHOW and DESCRIBE tell what there is', async () => {
  const platform = await openPlatform()
  const first = async (sql: string, database?: string) =>
    (await rowsOf(platform, sql, database)).map(([name]) => name)
  expect(await first('SHOW DATABASES;')).toEqual([
    'database_name',
    'db-ecommerce-raw',
    'ecommerce',
    'ecommerce_lake',
  ])
  expect(await first('SHOW TABLES IN ecommerce_lake')).toContain('sales_per_day')
  expect(await first('SHOW TABLES IN `ecommerce_lake`')).toContain('sales_per_day')
  expect(await first('SHOW TABLES', 'ecommerce_lake')).toContain('sales_per_day')
  expect(await first('DESCRIBE ecommerce_lake.ecomm_user_activity_quarantine')).toEqual([
    'column_name',
    'raw',
    'source_file',
    'reasons',
    'version',
  ])
  expect((await rowsOf(platform, '-- why\nEXPLAIN ANALYZE SELECT 1')).length).toBeGreaterThan(1)
})

test('a query in this process gives typed values', async () => {
  const platform = await openPlatform()
  const sql =
    "SELECT 9007199254740993 AS id, CAST(1.5 AS DECIMAL(10,2)) AS price, DATE '2019-10-01' AS day, NULL AS n"
  expect(await platform.query(sql)).toEqual({
    columns: ['id', 'price', 'day', 'n'],
    rows: [[9007199254740993n, '1.50', '2019-10-01', null]],
  })
  await expect(platform.query('DROP TABLE ecommerce.x')).rejects.toThrow(
    'NOT_SUPPORTED: only queries can run here',
  )
  await expect(platform.query('SELECT * FROM ecommerce.none')).rejects.toThrow(/^TABLE_NOT_FOUND/)
  await expect(platform.query('SELECT 1', { database: 'none' })).rejects.toThrow()
})

test('a query in this process ends with its signal', async () => {
  const platform = await openPlatform()
  const sql = 'SELECT count(*) FROM range(100000000) a(i), range(100000) b(j) WHERE i * j % 7 = 3'
  const failure = platform.query(sql, { signal: AbortSignal.timeout(50) })
  await expect(failure).rejects.toMatchObject({ name: 'TimeoutError' })
  await expect(platform.query(sql, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  })
})
