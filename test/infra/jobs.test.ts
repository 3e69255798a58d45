import { beforeAll, describe, expect, test } from 'vitest'
import { synthesized } from './synthesized.ts'

let batch: ReturnType<typeof synthesized>
beforeAll(() => {
  batch = synthesized()
})
const only = (type: string) => {
  const found = batch.ofType(type)
  expect(found).toHaveLength(1)
  return found[0]?.[1].Properties
}

describe('the Glue job', () => {
  test('is Glue 5.1 on small workers, with a timeout, and leaves retries to the state machine', () => {
    expect(only('AWS::Glue::Job')).toMatchObject({
      Name: batch.names.curateJob,
      GlueVersion: '5.1',
      WorkerType: 'G.1X',
      NumberOfWorkers: 2,
      Timeout: 60,
      MaxRetries: 0,
      ExecutionProperty: { MaxConcurrentRuns: 4 },
    })
  })

  test('encrypts logs, bookmarks and files', () => {
    expect(only('AWS::Glue::Job').SecurityConfiguration).toBeDefined()
    expect(only('AWS::Glue::SecurityConfiguration').EncryptionConfiguration).toMatchObject({
      CloudWatchEncryption: { CloudWatchEncryptionMode: 'SSE-KMS' },
      JobBookmarksEncryption: { JobBookmarksEncryptionMode: 'CSE-KMS' },
      S3Encryptions: [{ S3EncryptionMode: 'SSE-S3' }],
    })
  })

  test('tells what slows it down', () => {
    expect(only('AWS::Glue::Job').DefaultArguments).toMatchObject({
      '--enable-job-insights': 'true',
      '--enable-metrics': '',
      '--enable-continuous-cloudwatch-log': 'true',
    })
  })

  test('knows its region, so that S3A asks no other one for it', () => {
    expect(only('AWS::Glue::Job').DefaultArguments['--conf']).toBe(
      'spark.hadoop.fs.s3a.endpoint.region=us-east-1',
    )
  })

  test('leaves nothing behind that would stop another deployment', () => {
    for (const type of ['AWS::Glue::SecurityConfiguration', 'AWS::Scheduler::ScheduleGroup'])
      for (const [id] of batch.ofType(type)) expect(batch.json.Resources[id].DeletionPolicy).toBe('Delete')
  })

  test('brings script and statements along as assets', () => {
    const { Command, DefaultArguments } = only('AWS::Glue::Job')
    expect(JSON.stringify(Command.ScriptLocation)).toMatch(/\.py"/)
    expect(JSON.stringify(DefaultArguments['--statements'])).toMatch(/\.json"/)
  })
})

describe('the DataBrew profile', () => {
  test('looks at all rows and leaves its JSON in the lake', () => {
    expect(only('AWS::DataBrew::Job')).toMatchObject({
      Name: batch.names.profileJob,
      Type: 'PROFILE',
      DatasetName: batch.names.profileDataset,
      JobSample: { Mode: 'FULL_DATASET' },
      EncryptionMode: 'SSE-S3',
      OutputLocation: { Bucket: batch.names.lakeBucket, Key: 'profiles/' },
    })
  })

  test('leaves out what nobody reads', () => {
    expect(only('AWS::DataBrew::Job').ProfileConfiguration).toEqual({
      DatasetStatisticsConfiguration: { IncludedStatistics: ['DUPLICATE_ROWS_COUNT'] },
    })
  })

  test('reads CSV with a header from the raw zone', () => {
    expect(only('AWS::DataBrew::Dataset')).toMatchObject({
      Format: 'CSV',
      FormatOptions: { Csv: { Delimiter: ',', HeaderRow: true } },
      Input: { S3InputDefinition: { Bucket: batch.names.rawBucket } },
    })
  })
})

describe('the Athena workgroups', () => {
  const workgroup = (name: string) =>
    batch.ofType('AWS::Athena::WorkGroup').find(([, { Properties }]) => Properties.Name === name)?.[1]
      .Properties

  test('of analysts is enforced', () => {
    expect(workgroup(batch.names.workgroup).WorkGroupConfiguration.EnforceWorkGroupConfiguration).toBe(true)
  })

  test('of marts is not, because Athena refuses external_location in one that is', () => {
    expect(workgroup(batch.names.martWorkgroup).WorkGroupConfiguration.EnforceWorkGroupConfiguration).toBe(
      false,
    )
  })

  test('both encrypt, measure, limit what a query reads, and keep results apart', () => {
    for (const name of [batch.names.workgroup, batch.names.martWorkgroup])
      expect(workgroup(name).WorkGroupConfiguration).toMatchObject({
        BytesScannedCutoffPerQuery: 20 * 1024 ** 3,
        PublishCloudWatchMetricsEnabled: true,
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
        ResultConfiguration: {
          EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
          OutputLocation: `s3://${batch.names.resultsBucket}/${name}/`,
        },
      })
  })
})
