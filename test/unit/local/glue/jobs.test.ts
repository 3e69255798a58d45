import { expect, test } from 'vitest'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { sliceMetrics } from '../../../../lambdas/shared/documents.ts'
import { curateRunner } from '../../../../local/glue/curate-runner.ts'
import type { JobRunner } from '../../../../local/glue/job-actions.ts'
import type { Platform } from '../../../../local/platform.ts'
import { caller, openPlatform, until } from '../temporary-platform.ts'

const ROW = '2019-10-01 00:00:00 UTC,view,1,2053013555631882655,a.b,x,1.50,7,s'

const open = async (curateRunner?: JobRunner) => {
  const platform = await openPlatform(curateRunner && { curateRunner: () => curateRunner })
  const call = caller(platform)
  const { curateJob: JobName } = platform.names
  const start = async (Arguments: Record<string, string> = {}): Promise<string> =>
    (await call('glue', 'startJobRun', { JobName, Arguments })).JobRunId
  const end = (RunId: string) =>
    until(async () => {
      const { JobRun } = await call('glue', 'getJobRun', { JobName, RunId })
      return JobRun.JobRunState === 'RUNNING' ? undefined : JobRun
    })
  return { platform, call, start, end, JobName }
}

const lakeUri = (key: string) => `s3://ecommerce-lake-us-east-1-dev/${key}`
const VERSION = 'csv-2019-10@r1'
const ARGUMENTS = {
  '--manifest': lakeUri('control/runs/r1/csv-2019-10.manifest.json'),
  '--curated': lakeUri(`curated/version=${VERSION}/`),
  '--quarantine': lakeUri(`quarantine/version=${VERSION}/`),
  '--metrics': lakeUri('control/runs/r1/csv-2019-10.metrics.json'),
}

/** A slice of one file, with its manifest. */
const putSlice = async ({ objects, names }: Platform): Promise<void> => {
  const key = 'ecomm_user_activity_uncompressed/p_year=2019/p_month=10/a.csv'
  const { size, etag } = await objects.put(names.rawBucket, key, `${CSV_HEADER}\n${ROW}\n${ROW}\nbad\n`)
  const manifest = {
    slice: 'csv-2019-10',
    source: 'csv',
    month: '2019-10',
    version: VERSION,
    fingerprint: 'f',
    bucket: names.rawBucket,
    files: [{ key, size, etag }],
  }
  await objects.put(names.lakeBucket, 'control/runs/r1/csv-2019-10.manifest.json', JSON.stringify(manifest))
}

test('the curation job curates a slice and writes what it counted', async () => {
  const { platform, start, end } = await open()
  const { objects, names } = platform
  await putSlice(platform)
  expect(await end(await start(ARGUMENTS))).toMatchObject({
    JobRunState: 'SUCCEEDED',
    CompletedOn: expect.any(Date),
  })
  const text = (await objects.text(names.lakeBucket, 'control/runs/r1/csv-2019-10.metrics.json')) ?? ''
  expect(sliceMetrics.parse(JSON.parse(text))).toMatchObject({
    read: 3,
    curated: 1,
    duplicates: 1,
    quarantined: 1,
  })
})

test.each([
  [{}, /--manifest/],
  [ARGUMENTS, /manifest\.json does not exist/],
])('a job that can not start its work fails with the reason', async (args, reason) => {
  const { start, end } = await open()
  expect(await end(await start(args))).toMatchObject({
    JobRunState: 'FAILED',
    ErrorMessage: expect.stringMatching(reason),
  })
})

test('a job can not be pointed at a folder that is no version of its own', async () => {
  const { platform, start, end } = await open()
  const manifest = {
    slice: 'csv-2019-10',
    source: 'csv',
    month: '2019-10',
    version: VERSION,
    fingerprint: 'f',
    bucket: platform.names.rawBucket,
    files: [{ key: 'k', size: 1, etag: 'e' }],
  }
  await platform.objects.put(
    platform.names.lakeBucket,
    'control/runs/r1/csv-2019-10.manifest.json',
    JSON.stringify(manifest),
  )
  const run = await end(await start({ ...ARGUMENTS, '--curated': lakeUri('curated/') }))
  expect(run.ErrorMessage).toMatch(/no folder of the version/)
})

test('a curation does nothing before its turn comes', async () => {
  const { platform } = await open()
  await putSlice(platform)
  const { objects, names, paths } = platform
  const turn = () => Promise.reject(new Error('not yet'))
  const runner = curateRunner({ objects, work: paths.work, memoryLimit: '500MB', threads: 1, turn })
  const { signal } = new AbortController()
  await expect(runner.run(ARGUMENTS, { signal })).rejects.toThrow('not yet')
  expect((await objects.list(names.lakeBucket, 'curated/')).objects).toEqual([])
})

const waiting: JobRunner = {
  run: (_, { signal }) =>
    new Promise((_done, fail) => signal.addEventListener('abort', () => fail(new Error('stop')))),
}

test('a run is stopped, and too many at once are refused', async () => {
  const { call, start, end, JobName } = await open(waiting)
  const runs = await Promise.all(Array.from({ length: 10 }, () => start()))
  await expect(start()).rejects.toMatchObject({ code: 'ConcurrentRunsExceededException' })
  await call('glue', 'batchStopJobRun', { JobName, JobRunIds: runs.slice(0, 1) })
  expect((await end(runs[0] ?? '')).JobRunState).toBe('STOPPED')
  await start()
})

test('jobs and runs that do not exist are not found', async () => {
  const { call, start, JobName } = await open(waiting)
  const missing = { code: 'EntityNotFoundException' }
  await expect(call('glue', 'startJobRun', { JobName: 'x' })).rejects.toMatchObject(missing)
  await expect(call('glue', 'getJobRun', { JobName, RunId: 'jr_x' })).rejects.toMatchObject(missing)
  await expect(call('glue', 'getJobRun', { JobName: 'x', RunId: await start() })).rejects.toMatchObject(
    missing,
  )
})
