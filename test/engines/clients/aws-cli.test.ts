import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csv, goodLines, line } from '../../local/lake-harness.ts'
import { NIGHTLY_ARN, names, OCTOBER, openServedLake, type ServedLake } from './served-lake.ts'

/** Rows of a file above the size from which the CLI uploads in parts, 8 MiB. */
const MANY = 150_000

describe('the AWS CLI against a served lake', () => {
  let lake: ServedLake
  beforeAll(async () => {
    lake = await openServedLake()
  })
  afterAll(() => lake?.close())

  const file = (name: string, content: string | Buffer): string => {
    const place = path.join(lake.folder, name)
    mkdirSync(path.dirname(place), { recursive: true })
    writeFileSync(place, content)
    return place
  }
  const inLake = (bucket: string, key: string) => path.join(lake.root, 's3', bucket, key)

  it('finds it by the printed variables, or by the printed profile', async () => {
    const identity = ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text']
    expect(String(await lake.aws(identity)).trim()).toBe('000000000000')
    for (const command of lake.printedCommands())
      expect(await lake.tryAws(command, { isBare: true })).toMatchObject({ code: 0 })
    const profiled = await lake.tryAws([...identity, '--profile', 'lake'], { isBare: true })
    expect(String(profiled.out).trim(), profiled.err).toBe('000000000000')
  })

  it('copies a small file, a stream, and a large file in parts into the raw zone', async () => {
    const small = csv(...goodLines(200))
    await lake.aws(['s3', 'cp', file('2019-Oct.csv', small), OCTOBER])
    const streamed = csv(line({ type: 'purchase', user: '7', time: '2019-10-02 00:00:00 UTC' }))
    await lake.aws(['s3', 'cp', '-', `${OCTOBER}streamed.csv`], streamed)
    const large = csv(goodLines(MANY, { type: 'cart' }).join('\n'))
    expect(large.length).toBeGreaterThan(9 * 2 ** 20)
    await lake.aws(['s3', 'cp', file('large.csv', large), `${OCTOBER}large.csv`, '--no-progress'])
    const zone = OCTOBER.slice(`s3://${names.rawBucket}/`.length)
    expect(readFileSync(inLake(names.rawBucket, `${zone}2019-Oct.csv`), 'utf8')).toBe(small)
    expect(readFileSync(inLake(names.rawBucket, `${zone}streamed.csv`), 'utf8')).toBe(streamed)
    expect(readFileSync(inLake(names.rawBucket, `${zone}large.csv`), 'utf8') === large).toBe(true)

    const listed = String(await lake.aws(['s3', 'ls', OCTOBER]))
    expect(listed).toMatch(
      new RegExp(
        ` ${small.length} 2019-Oct\\.csv\\n.* ${large.length} large\\.csv\\n.* ${streamed.length} streamed\\.csv\\n`,
      ),
    )
    expect(String(await lake.aws(['s3', 'ls', `s3://${names.rawBucket}/`])).trim()).toMatch(
      /^PRE ecomm_user_activity_uncompressed\/$/,
    )
    const back = await lake.aws(['s3', 'cp', `${OCTOBER}large.csv`, '-'])
    expect(String(back) === large).toBe(true)
  })

  it('copies large objects between buckets, moves and removes them', async () => {
    const content = randomBytes(20 * 2 ** 20 + 1)
    const [from, to] = [`s3://${names.lakeBucket}/large`, `s3://${names.resultsBucket}/copy of large`]
    await lake.aws(['s3', 'cp', '-', from], content)
    await lake.aws(['s3', 'cp', from, to, '--no-progress'])
    expect(readFileSync(inLake(names.resultsBucket, 'copy of large')).equals(content)).toBe(true)
    await lake.aws(['s3', 'mv', to, `s3://${names.resultsBucket}/moved`, '--no-progress'])
    await lake.aws(['s3', 'rm', `s3://${names.resultsBucket}/`, '--recursive'])
    expect(existsSync(inLake(names.resultsBucket, 'moved'))).toBe(false)
    await lake.aws(['s3', 'rm', from])
  })

  it('synchronises folders both ways, and copies nothing twice', async () => {
    const [folder, prefix] = [path.join(lake.folder, 'tree'), `s3://${names.lakeBucket}/tree/`]
    for (const name of ['tree/a.txt', 'tree/b/ä ö.txt', 'tree/b/c&d.txt']) file(name, name)
    expect(
      String(await lake.aws(['s3', 'sync', folder, prefix, '--no-progress'])).match(/upload:/g),
    ).toHaveLength(3)
    expect(String(await lake.aws(['s3', 'sync', folder, prefix, '--no-progress']))).toBe('')
    const copy = path.join(lake.folder, 'copy')
    await lake.aws(['s3', 'sync', prefix, copy, '--no-progress'])
    expect(readFileSync(path.join(copy, 'b/ä ö.txt'), 'utf8')).toBe('tree/b/ä ö.txt')
    file('tree/a.txt', 'changed and longer')
    const changed = String(await lake.aws(['s3', 'sync', folder, prefix, '--no-progress', '--delete']))
    expect(changed.match(/upload:/g)).toHaveLength(1)
  })

  it('starts an execution, watches it, and reads its history', async () => {
    const start = [
      'stepfunctions',
      'start-execution',
      '--state-machine-arn',
      NIGHTLY_ARN,
      '--name',
      'from-cli',
    ]
    const { executionArn, startDate } = await lake.awsJson(...start, '--input', '{}')
    expect(executionArn).toBe(`${NIGHTLY_ARN.replace('stateMachine', 'execution')}:from-cli`)
    expect(Math.abs(Number(startDate) * 1000 - Date.now())).toBeLessThan(60_000)
    const describe = () =>
      lake.awsJson('stepfunctions', 'describe-execution', '--execution-arn', executionArn)
    let described = await describe()
    for (; described.status === 'RUNNING'; described = await describe()) await sleep(500)
    expect(described).toMatchObject({ status: 'SUCCEEDED', redriveCount: 0, input: '{}' })
    expect(described.stopDate).toBeGreaterThan(described.startDate)
    const history = await lake.awsJson(
      ...['stepfunctions', 'get-execution-history', '--execution-arn', executionArn],
      ...['--no-include-execution-data', '--query', 'events[].type'],
    )
    expect(history).toEqual(
      expect.arrayContaining([
        'ExecutionStarted',
        'TaskSucceeded',
        'MapIterationSucceeded',
        'ExecutionSucceeded',
      ]),
    )
    const listed = await lake.awsJson('stepfunctions', 'list-executions', '--state-machine-arn', NIGHTLY_ARN)
    expect(listed.executions).toMatchObject([{ name: 'from-cli', status: 'SUCCEEDED' }])
    const machine = await lake.awsJson(
      'stepfunctions',
      'describe-state-machine',
      '--state-machine-arn',
      NIGHTLY_ARN,
    )
    expect(JSON.parse(machine.definition)).toHaveProperty('StartAt')
    expect(lake.printed()).toContain('from-cli of ecomm-nightly-dev: SUCCEEDED')
    const rows = await lake.awsJson(
      'glue',
      'get-partitions',
      '--database-name',
      'ecommerce_lake',
      '--table-name',
      'sales_per_day',
    )
    expect(rows.Partitions).toMatchObject([{ Values: ['2019-10@from-cli'] }])
  })

  it('queries the published views, and saves a query', async () => {
    const { QueryExecutionId: id } = await lake.awsJson(
      ...['athena', 'start-query-execution', '--work-group', names.workgroup],
      ...['--query-execution-context', `Database=${names.viewDatabase}`],
      ...['--query-string', 'select event_date, orders, revenue from sales_per_day order by event_date'],
    )
    const state = () =>
      lake.awsJson(
        'athena',
        'get-query-execution',
        '--query-execution-id',
        id,
        '--query',
        'QueryExecution.Status.State',
      )
    while ((await state()) === 'RUNNING') await sleep(200)
    expect(await state()).toBe('SUCCEEDED')
    const rows = await lake.awsJson(
      ...['athena', 'get-query-results', '--query-execution-id', id],
      ...['--query', 'ResultSet.Rows[].Data[].VarCharValue'],
    )
    expect(rows.slice(0, 3)).toEqual(['event_date', 'orders', 'revenue'])
    expect(rows.slice(-3)).toEqual(['2019-10-02', '1', '100.00'])
    const { NamedQueryId } = await lake.awsJson(
      ...['athena', 'create-named-query', '--name', 'sales', '--database', names.viewDatabase],
      ...['--query-string', 'select 1', '--work-group', names.workgroup],
    )
    expect(
      (await lake.awsJson('athena', 'list-named-queries', '--work-group', names.workgroup)).NamedQueryIds,
    ).toEqual([NamedQueryId])
  })

  it('looks at jobs, crawlers, profiles, ingestions and topics', async () => {
    const runs = await lake.awsJson('glue', 'get-job-runs', '--job-name', names.curateJob)
    expect(runs.JobRuns).toMatchObject([{ JobRunState: 'SUCCEEDED' }])
    const { Crawler } = await lake.awsJson('glue', 'get-crawler', '--name', names.crawler)
    expect(Crawler).toMatchObject({ State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } })
    const profiles = await lake.awsJson('databrew', 'list-job-runs', '--name', names.profileJob)
    expect(profiles.JobRuns).toMatchObject([{ State: 'SUCCEEDED' }])
    const ingestions = await lake.awsJson(
      ...['quicksight', 'list-ingestions', '--aws-account-id', '000000000000'],
      ...['--data-set-id', names.dataSet('sales_per_day')],
    )
    expect(ingestions.Ingestions).toMatchObject([{ IngestionStatus: 'COMPLETED' }])
    const { Topics } = await lake.awsJson('sns', 'list-topics')
    expect(Topics.map(({ TopicArn }: { TopicArn: string }) => TopicArn.split(':').at(-1))).toContain(
      names.operationsTopic,
    )
  })

  it('is told of errors by their names', async () => {
    const missing = await lake.tryAws(['glue', 'get-table', '--database-name', 'ecommerce', '--name', 'none'])
    expect(missing.code).not.toBe(0)
    expect(missing.err).toContain(
      'An error occurred (EntityNotFoundException) when calling the GetTable operation',
    )
    const unknown = await lake.tryAws(['glue', 'list-triggers'])
    expect(unknown.err).toContain('(NotImplemented)')
    expect(unknown.err).toContain('glue:listTriggers is not emulated')
    const twice = [
      'stepfunctions',
      'start-execution',
      '--state-machine-arn',
      NIGHTLY_ARN,
      '--name',
      'from-cli',
    ]
    expect((await lake.tryAws([...twice, '--input', '{"force":true}'])).err).toContain(
      '(ExecutionAlreadyExists)',
    )
    const bucket = await lake.tryAws(['s3', 'ls', 's3://none-such/'])
    expect(bucket.err).toContain('(NoSuchBucket)')
  })

  it('ends cleanly with Ctrl-C while an execution runs, which can be redriven then', async () => {
    const start = ['stepfunctions', 'start-execution', '--state-machine-arn', NIGHTLY_ARN, '--name', 'cut']
    await lake.awsJson(...start, '--input', '{"force":true}')
    expect(await lake.interrupt()).toMatchObject({ code: 0, signal: null })
    expect(lake.printed()).toMatch(/cut of ecomm-nightly-dev: ABORTED/)
    expect(lake.printed()).toContain('to go on: npm run lake -- redrive cut')
  })
})
