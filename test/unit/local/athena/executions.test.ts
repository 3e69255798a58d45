import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  AthenaClient,
  BatchGetQueryExecutionCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListQueryExecutionsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena'
import { expect, onTestFinished, test } from 'vitest'
import { DEFAULT_DEPLOYMENT } from '../../../../catalog/names.ts'
import { QueryFiles } from '../../../../local/athena/query-files.ts'
import type { QueryRecord } from '../../../../local/athena/query-record.ts'
import { createPlatform, type Platform } from '../../../../local/platform.ts'
import { clientConfig, openPlatform, temporaryFolder, until } from '../temporary-platform.ts'

const clientOf = (platform: Platform) => {
  const athena = new AthenaClient(clientConfig(platform))
  onTestFinished(() => athena.destroy())
  const find = async (QueryExecutionId: string | undefined): Promise<QueryExecution | undefined> =>
    (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution
  const start = async (request: StartQueryExecutionCommandInput) =>
    (await athena.send(new StartQueryExecutionCommand(request))).QueryExecutionId
  const run = async (request: StartQueryExecutionCommandInput) => {
    const id = await start(request)
    return await until(async () => {
      const found = await find(id)
      return ['SUCCEEDED', 'FAILED'].includes(found?.Status?.State ?? '') ? found : undefined
    })
  }
  const rows = async (QueryExecutionId: string | undefined) => {
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
    return ResultSet?.Rows?.map(({ Data }) => Data?.map(({ VarCharValue }) => VarCharValue))
  }
  return { athena, find, start, run, rows }
}

test('an ended query and its result outlive the process, and so does the token that started it', async () => {
  const root = temporaryFolder()
  const before = await createPlatform({ root, deployment: DEFAULT_DEPLOYMENT })
  const first = clientOf(before)
  const request = { QueryString: 'SELECT 1 AS a', ClientRequestToken: 't'.repeat(32) }
  const { QueryExecutionId } = await first.run(request)
  await before.close()

  const second = clientOf(await openPlatform({ root }))
  expect(await second.find(QueryExecutionId)).toMatchObject({
    Query: 'SELECT 1 AS a',
    Status: {
      State: 'SUCCEEDED',
      SubmissionDateTime: expect.any(Date),
      CompletionDateTime: expect.any(Date),
    },
  })
  expect(await second.rows(QueryExecutionId)).toEqual([['a'], ['1']])
  expect(await second.start(request)).toBe(QueryExecutionId)
  await expect(second.start({ ...request, QueryString: 'SELECT 2' })).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: 'Idempotent parameters do not match',
  })
})

const record: QueryRecord = {
  id: '01234567-89ab-4def-8123-456789abcdef',
  sql: 'SELECT 1',
  workgroup: 'primary',
  state: 'RUNNING',
  submitted: new Date('2019-10-01T00:00:00Z'),
  bucket: 'b',
  key: 'k.csv',
  result: { columns: [], index: { rows: 0, bytes: 0, offsets: [] }, bytes: 0 },
  // No system gives a process this number.
  pid: 2 ** 30,
}

test('a query whose process was killed has failed; one that another process runs is running', async () => {
  const root = temporaryFolder()
  const files = new QueryFiles(join(root, 'athena'))
  files.save(record)
  files.save({ ...record, id: record.id.replace('0', '1'), pid: process.ppid })
  const { find, athena } = clientOf(await openPlatform({ root }))
  expect((await find(record.id))?.Status).toMatchObject({
    State: 'FAILED',
    StateChangeReason: expect.stringContaining('start it again'),
  })
  expect((await find(record.id.replace('0', '1')))?.Status?.State).toBe('RUNNING')
  const { QueryExecutionIds } = await athena.send(new ListQueryExecutionsCommand({}))
  expect(QueryExecutionIds).toHaveLength(2)
})

test('what is older than 45 days is forgotten', () => {
  const folder = temporaryFolder()
  const files = new QueryFiles(folder)
  const ended: QueryRecord = { ...record, state: 'SUCCEEDED' }
  files.save(ended)
  files.saveToken('token', ended.id)
  expect(files.list('primary')).toHaveLength(1)
  files.sweep(Date.now() + 44 * 86_400_000)
  expect(files.idOfToken('token')).toBe(ended.id)
  files.sweep(Date.now() + 46 * 86_400_000)
  expect([files.list('primary'), files.read(ended.id), files.idOfToken('token')]).toEqual([
    [],
    undefined,
    undefined,
  ])
})

test('starting a query sweeps once', async () => {
  const root = temporaryFolder()
  const folder = join(root, 'athena/executions')
  mkdirSync(folder, { recursive: true })
  const old = join(folder, `${record.id}.json`)
  writeFileSync(old, JSON.stringify({ ...record, state: 'SUCCEEDED' }))
  utimesSync(old, 0, 0)
  const { find, run } = clientOf(await openPlatform({ root }))
  expect(await find(record.id)).toBeDefined()
  await run({ QueryString: 'SELECT 1' })
  await expect(find(record.id)).rejects.toMatchObject({ name: 'InvalidRequestException' })
})

test('executions are listed by workgroup, newest first, and several are asked for at once', async () => {
  const platform = await openPlatform()
  const { athena, run } = clientOf(platform)
  const WorkGroup = platform.names.workgroup
  const ids: (string | undefined)[] = []
  for (let i = 0; i < 3; i++) {
    ids.unshift((await run({ QueryString: `SELECT ${i}`, WorkGroup })).QueryExecutionId)
  }
  const list = (more: object) => athena.send(new ListQueryExecutionsCommand({ WorkGroup, ...more }))
  const first = await list({ MaxResults: 2 })
  expect(first.QueryExecutionIds).toEqual(ids.slice(0, 2))
  expect((await list({ NextToken: first.NextToken })).QueryExecutionIds).toEqual(ids.slice(2))
  expect((await athena.send(new ListQueryExecutionsCommand({}))).QueryExecutionIds).toEqual([])
  const several = await athena.send(
    new BatchGetQueryExecutionCommand({ QueryExecutionIds: [ids[1] ?? '', '../x', ids[0] ?? ''] }),
  )
  expect(several.QueryExecutions?.map(({ Query }) => Query)).toEqual(['SELECT 1', 'SELECT 2'])
  expect(several.UnprocessedQueryExecutionIds).toMatchObject([{ QueryExecutionId: '../x' }])
})

test('results go to the place of the workgroup; a client may choose only where it is not enforced', async () => {
  const platform = await openPlatform()
  const { run, start } = clientOf(platform)
  const { resultsBucket, lakeBucket, workgroup } = platform.names
  const place = async (WorkGroup?: string, OutputLocation?: string) => {
    const ended = await run({
      QueryString: 'SELECT 1',
      WorkGroup,
      ResultConfiguration: OutputLocation ? { OutputLocation } : undefined,
    })
    return ended.ResultConfiguration?.OutputLocation?.replace(ended.QueryExecutionId ?? '', 'ID')
  }
  expect(await place()).toBe(`s3://${resultsBucket}/ID.csv`)
  expect(await place(workgroup)).toBe(`s3://${resultsBucket}/${workgroup}/ID.csv`)
  expect(await place(undefined, `s3://${lakeBucket}/mine`)).toBe(`s3://${lakeBucket}/mine/ID.csv`)
  expect(await place(workgroup, `s3://${lakeBucket}/mine/`)).toBe(`s3://${resultsBucket}/${workgroup}/ID.csv`)
  for (const OutputLocation of ['s3://none-such/x/', `s3://${lakeBucket}/../x/`]) {
    const request = { QueryString: 'SELECT 1', ResultConfiguration: { OutputLocation } }
    await expect(start(request)).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining('Unable to verify'),
    })
  }
  await expect(start({ QueryString: 'SELECT 1', WorkGroup: 'none' })).rejects.toMatchObject({
    message: 'WorkGroup none is not found.',
  })
})

test('an enforced workgroup refuses a CREATE TABLE AS that says where its files go', async () => {
  const { names, ...platform } = await openPlatform()
  const { run } = clientOf({ names, ...platform } as Platform)
  const ctas = (WorkGroup: string, table: string, properties: string) =>
    run({ WorkGroup, QueryString: `CREATE TABLE ecommerce_lake.${table} ${properties} AS SELECT 1 AS a` })
  const located = `WITH (format = 'PARQUET', external_location = 's3://${names.lakeBucket}/x/')`
  expect((await ctas(names.workgroup, 'a', located)).Status).toMatchObject({
    State: 'FAILED',
    StateChangeReason: expect.stringContaining("remove the 'external_location' property"),
  })
  expect((await ctas(names.workgroup, 'a', '')).Status?.State).toBe('SUCCEEDED')
  expect((await ctas(names.martWorkgroup, 'b', located)).Status?.State).toBe('SUCCEEDED')
})

test('a CREATE TABLE AS says which files it wrote', async () => {
  const platform = await openPlatform()
  const { run } = clientOf(platform)
  const { lakeBucket, resultsBucket, martWorkgroup } = platform.names
  const made = async (table: string, properties: string) => {
    const { Statistics, QueryExecutionId } = await run({
      WorkGroup: martWorkgroup,
      QueryString: `CREATE TABLE ecommerce_lake.${table} ${properties} AS SELECT 1 AS a`,
    })
    const key = `${martWorkgroup}/tables/${QueryExecutionId}-manifest.csv`
    expect(Statistics?.DataManifestLocation).toBe(`s3://${resultsBucket}/${key}`)
    return [QueryExecutionId, await platform.objects.text(resultsBucket, key)]
  }
  const [, located] = await made('a', `WITH (external_location = 's3://${lakeBucket}/x')`)
  expect(located).toBe(`s3://${lakeBucket}/x/data.parquet\n`)
  const [id, placed] = await made('b', '')
  expect(placed).toBe(`s3://${resultsBucket}/${martWorkgroup}/tables/${id}/data.parquet\n`)
  const { Statistics } = await run({ QueryString: 'SELECT 1' })
  expect(Statistics).not.toHaveProperty('DataManifestLocation')
})

test('a result that was removed is said to be gone', async () => {
  const platform = await openPlatform()
  const { run, rows } = clientOf(platform)
  const { QueryExecutionId } = await run({ QueryString: 'SELECT 1' })
  rmSync(platform.objects.pathOf(platform.names.resultsBucket, `${QueryExecutionId}.csv`))
  await expect(rows(QueryExecutionId)).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: expect.stringContaining('is gone'),
  })
})

test('parameters stand where the statement has its question marks', async () => {
  const { run, rows } = clientOf(await openPlatform())
  const ended = await run({
    QueryString: `SELECT ? AS a, '?' AS "b?", ? AS c /* ? */ -- ?`,
    ExecutionParameters: ["'it''s ?'", "DATE '2019-10-01'"],
  })
  expect(ended).toMatchObject({
    Query: expect.stringContaining('SELECT ? AS a'),
    ExecutionParameters: ["'it''s ?'", "DATE '2019-10-01'"],
  })
  expect(await rows(ended.QueryExecutionId)).toEqual([
    ['a', 'b?', 'c'],
    ["it's ?", '?', '2019-10-01'],
  ])
  for (const parameters of [['1'], ['1', '2', '3']])
    expect((await run({ QueryString: 'SELECT ?, ?', ExecutionParameters: parameters })).Status).toMatchObject(
      {
        State: 'FAILED',
        StateChangeReason: expect.stringContaining(
          `Incorrect number of parameters: expected 2 but found ${parameters.length}`,
        ),
      },
    )
})

test.each(['x', "'a' OR '1'='1'", "E'\\''", '(SELECT 1)', '1; SELECT 2', "'a"])(
  '%s is no parameter',
  async (parameter) => {
    const { run } = clientOf(await openPlatform())
    const { Status } = await run({ QueryString: 'SELECT ?', ExecutionParameters: [parameter] })
    expect(Status).toMatchObject({
      State: 'FAILED',
      StateChangeReason: expect.stringContaining('is no literal'),
    })
  },
)
