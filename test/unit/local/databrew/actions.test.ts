import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  DataBrewClient,
  DescribeDatasetCommand,
  DescribeJobCommand,
  DescribeJobRunCommand,
  ListDatasetsCommand,
  ListJobRunsCommand,
  ListJobsCommand,
  StartJobRunCommand,
  StopJobRunCommand,
  UpdateDatasetCommand,
} from '@aws-sdk/client-databrew'
import { expect, onTestFinished, test } from 'vitest'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { LAKE } from '../../../../catalog/layout.ts'
import { databrewProfile } from '../../../../lambdas/shared/databrew-profile.ts'
import { profileFiles } from '../../../../local/databrew/profile.ts'
import { clientConfig, openPlatform, temporaryFolder, until } from '../temporary-platform.ts'

const SAMPLE = join(import.meta.dirname, '../../../../../shared/data/2019-Oct-sample.csv')
const keyOf = (file: string, month = '10') =>
  `ecomm_user_activity_uncompressed/p_year=2019/p_month=${month}/${file}`
const row = (category: string, brand = 'b', type = 'view') =>
  `2019-10-01 00:00:00 UTC,${type},1,${category},a.b,${brand},1.50,7,s`

const open = async (files: Record<string, string | Buffer>) => {
  const platform = await openPlatform()
  const { names, objects } = platform
  for (const [key, body] of Object.entries(files)) await objects.put(names.rawBucket, key, body)
  const databrew = new DataBrewClient(clientConfig(platform))
  onTestFinished(() => databrew.destroy())
  const { profileDataset: dataset, profileJob: Name } = names
  const pointAt = (Key: string) =>
    databrew.send(
      new UpdateDatasetCommand({
        Name: dataset,
        Input: { S3InputDefinition: { Bucket: names.rawBucket, Key } },
      }),
    )
  const run = async () => {
    const { RunId = '' } = await databrew.send(new StartJobRunCommand({ Name }))
    const ended = await until(async () => {
      const answer = await databrew.send(new DescribeJobRunCommand({ Name, RunId }))
      return answer.State === 'RUNNING' ? undefined : answer
    })
    const { objects: found } = await objects.list(names.lakeBucket, LAKE.profiles)
    const key = found.find((object) => object.key.includes(RunId))?.key
    const text = key && (await objects.text(names.lakeBucket, key))
    return { ...ended, profile: text ? databrewProfile.parse(JSON.parse(text)) : undefined }
  }
  const column = (profile: { columns: readonly { name: string }[] } | undefined, name: string) =>
    profile?.columns.find((found) => found.name === name)
  return { platform, databrew, pointAt, run, column }
}

test.skipIf(!existsSync(SAMPLE))('the real sample (skipped where shared/data is missing)', async () => {
  const { run, column } = await open({ [keyOf('a.csv')]: readFileSync(SAMPLE) })
  const { profile, State } = await run()
  expect(State).toBe('SUCCEEDED')
  expect(profile).toMatchObject({ sampleSize: 1000, duplicateRowsCount: 0 })
  expect(column(profile, 'event_type')).toMatchObject({
    distinctValuesCount: 3,
    missingValuesCount: 0,
    mostCommonValues: [
      { value: 'view', count: 987 },
      { value: 'purchase', count: 10 },
      { value: 'cart', count: 3 },
    ],
  })
  expect(column(profile, 'category_id')).toMatchObject({ type: 'bigint', distinctValuesCount: 128 })
})

test('values are counted over all rows and files: distinct, once, missing, extremes', async () => {
  const { run, column } = await open({
    [keyOf('a.csv')]: `${CSV_HEADER}\n${row('9')}\n${row('10')}\n${row('10', '"x, y"')}\n`,
    [keyOf('b.csv.gz', '11')]: gzipSync(
      `${CSV_HEADER}\r\n${row('')}\r\n${row('2053013555631882655')}\r\n${row('9')}`,
    ),
  })
  const { profile } = await run()
  expect(profile).toMatchObject({ sampleSize: 6, duplicateRowsCount: 1 })
  expect(column(profile, 'category_id')).toMatchObject({
    distinctValuesCount: 3,
    uniqueValuesCount: 1,
    missingValuesCount: 1,
    // Numbers, not texts, and exactly: "9" is less than "10".
    min: '9',
    max: '2053013555631882655',
    mostCommonValues: [
      { value: '10', count: 2 },
      { value: '9', count: 2 },
      { value: '2053013555631882655', count: 1 },
    ],
  })
  expect(column(profile, 'brand')).toMatchObject({
    mostCommonValues: expect.arrayContaining([{ value: 'x, y', count: 1 }]),
  })
})

test('a line that can not be split is a row without values, and spoils no other line', async () => {
  const { run, column } = await open({
    [keyOf('a.csv')]: `${CSV_HEADER}\n${row('1', '"cut')}\n${row('2')}\nshort\n`,
  })
  const { profile } = await run()
  expect(profile?.sampleSize).toBe(3)
  expect(column(profile, 'category_id')).toMatchObject({ distinctValuesCount: 1, missingValuesCount: 2 })
})

test('the rows are those that the job reads, whatever bytes are in them', async () => {
  const bad = Buffer.from(`${row('3', 'b?')}\n`)
  bad[bad.indexOf('?')] = 0xff
  const { platform, run, column } = await open({
    [keyOf('a.csv')]: Buffer.concat([
      Buffer.from(`${CSV_HEADER}\n${row('1', 'a\u0001b')}\n${row('2', '\u0002')}\n`),
      bad,
      Buffer.from(`${row('4', 'x'.repeat(3_000_000))}\n`),
    ]),
  })
  const { profile } = await run()
  expect(profile?.sampleSize).toBe(4)
  expect(column(profile, 'category_id')).toMatchObject({ distinctValuesCount: 4, missingValuesCount: 0 })
  expect(column(profile, 'user_session')).toMatchObject({ missingValuesCount: 0 })
  expect(column(profile, 'brand')).toMatchObject({
    mostCommonValues: expect.arrayContaining(
      ['a\u0001b', '\u0002', 'b\ufffd'].map((value) => ({ value, count: 1 })),
    ),
  })
  expect(readdirSync(platform.paths.work, { recursive: true }).join()).not.toContain('profile-files')
})

test('a file that the job would refuse fails the profile too, by its name', async () => {
  const { run } = await open({ [keyOf('a.csv')]: `other,columns\n${row('1')}\n` })
  expect(await run()).toMatchObject({
    State: 'FAILED',
    ErrorMessage: expect.stringContaining(`${keyOf('a.csv')} line 1: the header must be`),
  })
})

test('large files: in one pass the same figures, estimated only where a column has many values', async () => {
  const { platform } = await open({})
  const rows = Array.from(
    { length: 3000 },
    (_, i) => `2019-10-01 00:00:00 UTC,view,${i},${i % 7},,b,1.50,${i},s${i}`,
  )
  const key = keyOf('big.csv')
  await platform.objects.put(platform.names.rawBucket, key, `${CSV_HEADER}\n${rows.join('\n')}\n`)
  const limits = { memoryLimit: '500MB', threads: 2, tempDirectory: temporaryFolder() }
  const request = {
    bucket: platform.names.rawBucket,
    keys: [key],
    resolve: (bucket: string, name: string) => platform.objects.pathOf(bucket, name),
    folder: join(temporaryFolder(), 'files'),
    limits,
  }
  const [small, large] = [await profileFiles(request), await profileFiles({ ...request, smallBytes: 0 })]
  const exact = (profile: typeof small) =>
    profile.columns.filter(({ name }) => ['category_id', 'event_type', 'brand'].includes(name))
  expect(exact(large)).toEqual(exact(small))
  expect(large.sampleSize).toBe(3000)
  expect(large.columns.map(({ missingValuesCount, min, max }) => [missingValuesCount, min, max])).toEqual(
    small.columns.map(({ missingValuesCount, min, max }) => [missingValuesCount, min, max]),
  )
})

test('the data set’s path with an expression says which months are profiled', async () => {
  const { databrew, platform, pointAt, run } = await open({
    [keyOf('a.csv')]: `${CSV_HEADER}\n${row('1')}\n`,
    [keyOf('a+b.csv', '11')]: `${CSV_HEADER}\n${row('1')}\n${row('2')}\n`,
  })
  const rows = async (key: string) => {
    await pointAt(key)
    return (await run()).profile?.sampleSize
  }
  expect(await rows('ecomm_user_activity_uncompressed/<p_year=2019/p_month=11/.+>')).toBe(2)
  expect(await rows('ecomm_user_activity_uncompressed/<p_year=2019/p_month=(10|11)/.+>')).toBe(3)
  expect(await rows('ecomm_user_activity_uncompressed/p_year=2019/p_month=10/')).toBe(1)
  expect(await rows(keyOf('a+b.csv', '11'))).toBe(2)
  const described = await databrew.send(new DescribeDatasetCommand({ Name: platform.names.profileDataset }))
  expect(described.Input?.S3InputDefinition?.Key).toBe(keyOf('a+b.csv', '11'))
})

test('a profile of no files fails and names the path', async () => {
  const { run } = await open({})
  expect(await run()).toMatchObject({
    State: 'FAILED',
    ErrorMessage: expect.stringContaining('No file matches'),
  })
})

test('one run at a time; a run can be stopped; what is not known is not found', async () => {
  const { databrew, platform } = await open({
    [keyOf('a.csv')]: `${CSV_HEADER}\n${`${row('1')}\n`.repeat(100_000)}`,
  })
  const { profileJob: Name } = platform.names
  const { RunId } = await databrew.send(new StartJobRunCommand({ Name }))
  await expect(databrew.send(new StartJobRunCommand({ Name }))).rejects.toMatchObject({
    name: 'ConflictException',
  })
  await databrew.send(new StopJobRunCommand({ Name, RunId }))
  const State = await until(async () => {
    const run = await databrew.send(new DescribeJobRunCommand({ Name, RunId }))
    return run.State === 'RUNNING' ? undefined : run.State
  })
  expect(State).toBe('STOPPED')
  const missing = { name: 'ResourceNotFoundException' }
  await expect(databrew.send(new StartJobRunCommand({ Name: 'x' }))).rejects.toMatchObject(missing)
  await expect(databrew.send(new DescribeJobRunCommand({ Name, RunId: 'x' }))).rejects.toMatchObject(missing)
  await expect(databrew.send(new DescribeDatasetCommand({ Name: 'x' }))).rejects.toMatchObject(missing)
})

test('operators see the data set, the job, and its runs, the newest first', async () => {
  const { platform, databrew, run } = await open({ [keyOf('a.csv')]: `${CSV_HEADER}\n${row('1')}\n` })
  const { profileDataset, profileJob: Name } = platform.names
  await run()
  await run()
  const { Datasets } = await databrew.send(new ListDatasetsCommand({}))
  expect(Datasets).toMatchObject([{ Name: profileDataset, Input: { S3InputDefinition: expect.anything() } }])
  expect((await databrew.send(new ListJobsCommand({}))).Jobs).toMatchObject([{ Name, Type: 'PROFILE' }])
  expect(await databrew.send(new DescribeJobCommand({ Name }))).toMatchObject({
    Name,
    DatasetName: profileDataset,
  })
  const list = (more: object = {}) => databrew.send(new ListJobRunsCommand({ Name, ...more }))
  const first = await list({ MaxResults: 1 })
  const second = await list({ NextToken: first.NextToken })
  const [newest, oldest] = [first.JobRuns?.[0], second.JobRuns?.[0]]
  expect(newest).toMatchObject({ State: 'SUCCEEDED', StartedOn: expect.any(Date) })
  expect(oldest?.StartedOn?.getTime()).toBeLessThan(newest?.StartedOn?.getTime() ?? 0)
  expect(second.NextToken).toBeUndefined()
  for (const command of [new DescribeJobCommand({ Name: 'none' }), new ListJobRunsCommand({ Name: 'none' })])
    await expect(databrew.send(command as DescribeJobCommand)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
})
