import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { CSV_HEADER } from '../../../catalog/events.ts'
import { parseStatement } from '../../../local/athena/statement.ts'
import type { JobRunner } from '../../../local/glue/job-actions.ts'
import { AwsError } from '../../../local/registry.ts'
import { asS3Error } from '../../../local/s3/file-errors.ts'
import { parseS3Uri } from '../../../local/s3/s3-uri.ts'
import { sweepOld } from '../../../local/sweep-old.ts'
import { asAwsError } from '../../../local/wire/errors.ts'
import { run } from './athena/run.ts'
import { caller, openPlatform, temporaryFolder, until } from './temporary-platform.ts'

/** No process has this id: it is above what systems give. */
const DEAD = 2 ** 22 + 1

test('a process that closes its platform ends', async () => {
  const script = `
    import { createPlatform } from ${JSON.stringify(join(import.meta.dirname, '../../../local/platform.ts'))}
    const deployment = { environment: 'dev', region: 'us-east-1' }
    const platform = await createPlatform({ root: ${JSON.stringify(temporaryFolder())}, deployment })
    await platform.query('SELECT 1')
    await fetch(platform.endpoint)
    await platform.registry.call('glue', 'startCrawler', { Name: platform.names.crawler }, { signal: AbortSignal.timeout(1e6) })
    await platform.close()
    console.log('closed')`
  const ended = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  expect(ended.stdout).toBe('closed\n')
})

test('every action that the night and its Lambdas call is there, but for those on executions, which a lake adds', async () => {
  expect((await openPlatform()).registry.actions()).toEqual(
    expect.arrayContaining([
      'athena:getQueryExecution',
      'athena:startQueryExecution',
      'databrew:describeJobRun',
      'databrew:startJobRun',
      'databrew:updateDataset',
      'glue:batchCreatePartition',
      'glue:getCrawler',
      'glue:getJobRun',
      'glue:startCrawler',
      'glue:startJobRun',
      'quicksight:createIngestion',
      'quicksight:describeIngestion',
      'sns:publish',
    ]),
  )
})

test('a lake in a folder with an odd name works', async () => {
  const root = join(temporaryFolder(), "la'ke [1] *")
  const platform = await openPlatform({ root })
  const { lakeBucket } = platform.names
  const sql = `CREATE TABLE ecommerce_lake.t WITH (external_location = 's3://${lakeBucket}/t/') AS SELECT 7 AS a`
  const { QueryExecutionId } = await caller(platform)('athena', 'startQueryExecution', { QueryString: sql })
  await expect
    .poll(
      async () =>
        (await caller(platform)('athena', 'getQueryExecution', { QueryExecutionId })).QueryExecution.Status
          .State,
    )
    .toBe('SUCCEEDED')
  expect((await platform.query('SELECT * FROM ecommerce_lake.t')).rows).toEqual([[7]])
})

test('a second platform on the same lake sees what the first one does', async () => {
  const root = temporaryFolder()
  const [first, second] = [await openPlatform({ root }), await openPlatform({ root })]
  const { lakeBucket } = first.names
  await expect(second.query('SELECT * FROM ecommerce_lake.t')).rejects.toThrow(/TABLE_NOT_FOUND/)
  const ctas = `CREATE TABLE ecommerce_lake.t WITH (external_location = 's3://${lakeBucket}/t/') AS SELECT 7 AS a`
  expect(await run(first, ctas)).toMatchObject({ state: 'SUCCEEDED' })
  expect((await second.query('SELECT * FROM ecommerce_lake.t')).rows).toEqual([[7]])
  const { Table } = await caller(second)('glue', 'getTable', { DatabaseName: 'ecommerce_lake', Name: 't' })
  expect(Table.StorageDescriptor.Location).toBe(`s3://${lakeBucket}/t/`)
  expect(await run(second, ctas)).toMatchObject({ reason: expect.stringMatching(/TABLE_ALREADY_EXISTS/) })
  await run(second, 'DROP TABLE ecommerce_lake.t')
  await expect(first.query('SELECT * FROM ecommerce_lake.t')).rejects.toThrow(/TABLE_NOT_FOUND/)
})

test('what a crashed process left unfinished goes after a day', () => {
  const folder = temporaryFolder()
  const old = ['old', 'spark-logs', `athena-${DEAD}`, `curate-${DEAD}-csv@r1`, `athena-${process.pid}`]
  for (const name of [...old, 'new']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'old', 'part'), 'x')
  for (const name of old) utimesSync(join(folder, name), 1, 1)
  sweepOld(folder)
  expect(readdirSync(folder)).toEqual([`athena-${process.pid}`, 'new', 'spark-logs'])
  sweepOld(join(folder, 'none'))
})

test('a platform that starts removes old unfinished uploads and work', async () => {
  const root = temporaryFolder()
  const left = [join(root, 's3', '.uploads', 'old'), join(root, 'work', `curate-${DEAD}-csv-2019-10@r1`)]
  for (const path of left) {
    mkdirSync(path, { recursive: true })
    utimesSync(path, 1, 1)
  }
  await openPlatform({ root })
  expect(left.filter((path) => existsSync(path))).toEqual([])
})

test('a platform that closes ends what runs, and waits for its end', async () => {
  let hasEnded = false
  const runner: JobRunner = {
    run: async (_, { signal }) => {
      await once(signal, 'abort')
      await sleep(200)
      hasEnded = true
    },
  }
  const platform = await openPlatform({ curateRunner: () => runner })
  await caller(platform)('glue', 'startJobRun', { JobName: platform.names.curateJob })
  await platform.close()
  expect(hasEnded).toBe(true)
})

test('heavy work takes turns: one curation at a time, and no profile beside it', async () => {
  let running = 0
  const most: number[] = []
  const begun = Promise.withResolvers<void>()
  const heavy = async () => {
    most.push(++running)
    begun.resolve()
    await sleep(100)
    running--
  }
  const platform = await openPlatform({ curateRunner: ({ turn }) => ({ run: () => turn(heavy) }) })
  const { curateJob, profileJob, rawBucket } = platform.names
  await platform.objects.put(rawBucket, 'ecomm_user_activity_uncompressed/a.csv', `${CSV_HEADER}\n`)
  const call = caller(platform)
  const jobs = await Promise.all([1, 2, 3].map(() => call('glue', 'startJobRun', { JobName: curateJob })))
  await begun.promise
  const { RunId } = await call('databrew', 'startJobRun', { Name: profileJob })
  const states = async () => {
    const runs = jobs.map(({ JobRunId }) =>
      call('glue', 'getJobRun', { JobName: curateJob, RunId: JobRunId }),
    )
    return (await Promise.all(runs)).map(({ JobRun }) => JobRun.JobRunState)
  }
  await until(async () => {
    const { State } = await call('databrew', 'describeJobRun', { Name: profileJob, RunId })
    return State === 'RUNNING' ? undefined : State
  })
  // The profile asked last for its turn.
  expect(await states()).toEqual(Array(3).fill('SUCCEEDED'))
  expect(most).toEqual([1, 1, 1])
})

test.skipIf(process.getuid?.() === 0)('a folder that can not be read is told (root can read all)', () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0)
  expect(() => sweepOld(folder)).toThrow(/EACCES/)
  chmodSync(folder, 0o700)
})

test.each([
  ['ENOENT', 'NoSuchKey', 404],
  ['EISDIR', 'InvalidRequest', 409],
  ['ENOSPC', 'InternalError', 500],
  ['EACCES', 'AccessDenied', 403],
  ['EROFS', 'AccessDenied', 403],
])('what the file system answers with %s is %s for a client', (code, name, status) => {
  expect(asS3Error(Object.assign(new Error(), { code }), 'b', 'k')).toMatchObject({ name, status })
})

test('any other failure is the service’s own, with its message', () => {
  const failure = new Error('odd')
  expect(asS3Error(failure, 'b', 'k')).toBe(failure)
  expect(asAwsError(failure)).toMatchObject({ code: 'InternalFailure', status: 500, message: 'odd' })
  expect(asAwsError('text').message).toBe('text')
  const own = new AwsError('X', 'y')
  expect(asAwsError(own)).toBe(own)
})

test('an S3 location has a bucket and a key', () => {
  expect(parseS3Uri('s3://b/a/c/')).toEqual({ bucket: 'b', key: 'a/c/' })
  expect(parseS3Uri('s3://b')).toEqual({ bucket: 'b', key: '' })
  expect(() => parseS3Uri('file:///etc')).toThrow(/no S3 location/)
})

test('a statement that nothing emulates is named', () => {
  expect(() => parseStatement('MSCK REPAIR TABLE x')).toThrow('"MSCK REPAIR TABLE …" is not emulated')
})
