import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parseStatement } from '../../../local/athena/statement.ts'
import { AwsError } from '../../../local/registry.ts'
import { asS3Error } from '../../../local/s3/file-errors.ts'
import { parseS3Uri } from '../../../local/s3/s3-uri.ts'
import { sweepStaging } from '../../../local/s3/sweep-staging.ts'
import { asAwsError } from '../../../local/wire/errors.ts'
import { caller, openPlatform, temporaryFolder } from './temporary-platform.ts'

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
  const ended = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    timeout: 20_000,
  })
  expect(ended.stdout).toBe('closed\n')
})

test('every action that the night, its Lambdas and the executor call is there', async () => {
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
      'states:listExecutions',
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

test('what a crashed process left unfinished goes after a day', () => {
  const folder = temporaryFolder()
  for (const name of ['old', 'new']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'old', 'part'), 'x')
  utimesSync(join(folder, 'old'), 1, 1)
  sweepStaging(folder)
  expect(readdirSync(folder)).toEqual(['new'])
  sweepStaging(join(folder, 'none'))
})

test.skipIf(process.getuid?.() === 0)('a folder that can not be read is told (root can read all)', () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0)
  expect(() => sweepStaging(folder)).toThrow(/EACCES/)
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
