import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { namesOf } from '../../catalog/names.ts'
import { configurationOf } from '../../infra/config.ts'
import { synthesize } from '../../infra/synthesize.ts'
import { mappingConfig } from '../../local/event-source/mapping-config.ts'
import { parseTemplate, resolver } from '../../local/executor/template.ts'
import { deliveryConfig } from '../../local/firehose/delivery-config.ts'
import { detectionProperties } from '../../stream/flink-sql/detection-properties.ts'
import { configuredRules } from '../../stream/rules/settings.ts'

const names = namesOf({ environment: 'prod', region: 'us-east-1' })
let template: Template
let resolved: (type: string) => unknown[]

beforeAll(() => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'stream-stack-'))
  const { templates } = synthesize({ environment: 'prod', outdir })
  const file = templates.find((name) => name.includes('StreamStack')) ?? ''
  const json = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(outdir, { recursive: true, force: true })
  template = Template.fromJSON(json)
  const parsed = parseTemplate(json)
  const resolve = resolver(parsed, { account: '000000000000', region: 'us-east-1' })
  resolved = (type) =>
    Object.values(parsed.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => resolve(Properties))
})

test('two streams, and one for what is no event, all on demand and encrypted', () => {
  template.resourceCountIs('AWS::Kinesis::Stream', 3)
  for (const [Name, RetentionPeriodHours] of [
    [names.eventStream, 24],
    [names.findingStream, 24],
    // With as much room as the events: the rules wait where it has none.
    [names.deadLetterStream, 168],
  ])
    template.hasResourceProperties('AWS::Kinesis::Stream', {
      Name,
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      RetentionPeriodHours,
    })
})

describe('the Flink application', () => {
  test('its settings are CUSTOM, or the service would take its own and say nothing', () => {
    template.hasResourceProperties('AWS::KinesisAnalyticsV2::Application', {
      ApplicationName: names.flinkApplication,
      RuntimeEnvironment: 'FLINK-1_20',
      ApplicationConfiguration: {
        FlinkApplicationConfiguration: {
          CheckpointConfiguration: { ConfigurationType: 'CUSTOM', CheckpointingEnabled: true },
          MonitoringConfiguration: { ConfigurationType: 'CUSTOM' },
          ParallelismConfiguration: { ConfigurationType: 'CUSTOM', AutoScalingEnabled: true },
        },
        ApplicationSnapshotConfiguration: { SnapshotsEnabled: true },
        ApplicationSystemRollbackConfiguration: { RollbackEnabled: true },
        ApplicationCodeConfiguration: { CodeContentType: 'ZIPFILE' },
      },
    })
  })

  test('it writes its log, and the deployment starts it', () => {
    template.hasResourceProperties('AWS::KinesisAnalyticsV2::ApplicationCloudWatchLoggingOption', {
      ApplicationName: names.flinkApplication,
    })
    template.hasResource('Custom::AWS', {
      Properties: { Create: Match.anyValue() },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('Logging')]),
    })
    expect(JSON.stringify(template.findResources('Custom::AWS'))).toContain('StartApplication')
    const [[, start] = []] = Object.entries(template.findResources('Custom::AWS'))
    const { ignoreErrorCodesMatching } = JSON.parse(start?.Properties.Create)
    for (const [error, isIgnored] of [
      ['ResourceInUseException', true],
      ['InvalidApplicationConfigurationException', false],
      ['ResourceNotFoundException', false],
    ] as const)
      expect([error, new RegExp(ignoreErrorCodesMatching).test(error)]).toEqual([error, isIgnored])
  })

  test('it is deleted as it runs: neither stopped nor changed before, which would stand in the way', () => {
    for (const { Properties } of Object.values(template.findResources('Custom::AWS')))
      expect(Properties).not.toHaveProperty('Delete')
    template.hasResource('AWS::KinesisAnalyticsV2::ApplicationCloudWatchLoggingOption', {
      DeletionPolicy: 'Retain',
    })
  })

  test('it reads stream 1 and writes to the two others, and nothing else', () => {
    const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
      /^FlinkRole/.test(id),
    )
    const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    const nameOf = Object.fromEntries(
      Object.entries(template.findResources('AWS::Kinesis::Stream')).map(([id, stream]) => [
        id,
        stream.Properties.Name,
      ]),
    )
    const granted = new Set(statements.flatMap(({ Action }) => Action))
    const streamOf = (action: string) =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource)
        .map((resource) => nameOf[resource['Fn::GetAtt']?.[0]])
        .toSorted()
    expect(streamOf('kinesis:GetRecords')).toEqual([names.eventStream])
    expect(streamOf('kinesis:PutRecords')).toEqual([names.findingStream, names.deadLetterStream].toSorted())
    // What the connector calls: no consumers of their own, no description of streams.
    expect(
      [...granted].filter((action) => /^kinesis:|Put|Delete|Write|Create/.test(action)).toSorted(),
    ).toEqual([
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kinesis:PutRecords',
      'logs:PutLogEvents',
    ])
  })

  test('it gets the streams and every number of the rules as properties, within what the service takes', () => {
    const [application] = resolved('AWS::KinesisAnalyticsV2::Application') as {
      ApplicationConfiguration: {
        EnvironmentProperties: {
          PropertyGroups: { PropertyGroupId: string; PropertyMap: Record<string, string> }[]
        }
      }
    }[]
    const groups = new Map(
      application?.ApplicationConfiguration.EnvironmentProperties.PropertyGroups.map(
        ({ PropertyGroupId, PropertyMap }) => [PropertyGroupId, PropertyMap],
      ),
    )
    expect([...groups.keys()].toSorted()).toEqual(['dead-letters', 'detection', 'events', 'findings'])
    for (const properties of groups.values()) expect(Object.keys(properties).length).toBeLessThanOrEqual(50)
    for (const [group, name] of [
      ['events', names.eventStream],
      ['findings', names.findingStream],
      ['dead-letters', names.deadLetterStream],
    ] as const)
      expect(groups.get(group)).toEqual({
        'stream.arn': expect.stringMatching(new RegExp(`:stream/${name}$|GetAtt|Arn`)),
        'aws.region': 'us-east-1',
      })
    expect(groups.get('detection')).toEqual(
      detectionProperties(configuredRules(configurationOf('prod').detection)),
    )
  })

  test('an update restores the state, or starts anew where the statements are others', () => {
    template.hasResourceProperties('AWS::KinesisAnalyticsV2::Application', {
      RunConfiguration: {
        ApplicationRestoreConfiguration: { ApplicationRestoreType: 'RESTORE_FROM_LATEST_SNAPSHOT' },
        FlinkRunConfiguration: { AllowNonRestoredState: true },
      },
    })
  })
})

describe('the function that tells', () => {
  test('its event source can never block a shard: few retries, halved batches, and a bucket for what fails', () => {
    const [mapping] = resolved('AWS::Lambda::EventSourceMapping')
    expect(mappingConfig(mapping)).toMatchObject({
      functionName: names.lambda('detect-high-event-volume'),
      stream: names.findingStream,
      startingPosition: 'TRIM_HORIZON',
      bisects: true,
      reportsFailures: true,
      maximumRetries: 15,
      maximumAgeMs: 6 * 3_600_000,
      failureBucket: names.failuresBucket,
    })
  })

  test('it has the names and variables that users know', () => {
    expect(namesOf({ environment: 'dev', region: 'us-east-1' })).toMatchObject({
      eventStream: 'ecommerce-raw-user-activity-stream-1',
      findingStream: 'ecommerce-raw-user-activity-stream-2',
      flinkApplication: 'ecomm-streaming-app-v1',
      controlTable: 'ddb-ecommerce-tab-1',
      incidentsTopic: 'ecomm-user-high-severity-incidents',
    })
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: names.lambda('detect-high-event-volume'),
      Environment: {
        Variables: Match.objectLike({
          cloudwatch_namespace: 'ecommerce-namespace-1',
          cloudwatch_metric: 'ecomm-user-high-volume-events',
          dynamodb_control_table: Match.anyValue(),
          topic_arn: Match.anyValue(),
        }),
      },
    })
  })
})

test('the table can be restored, expires its items, is encrypted, and finds incidents by severity and time', () => {
  template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
    TableName: names.controlTable,
    TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    SSESpecification: { SSEEnabled: true },
    KeySchema: [
      { AttributeName: 'ddb_partition_key', KeyType: 'HASH' },
      { AttributeName: 'ddb_sort_key', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: Match.arrayWith([
      { AttributeName: 'ddb_partition_key', AttributeType: 'S' },
      { AttributeName: 'ddb_sort_key', AttributeType: 'N' },
    ]),
    GlobalSecondaryIndexes: [
      Match.objectLike({
        IndexName: 'by-severity',
        KeySchema: [
          { AttributeName: 'incident_severity', KeyType: 'HASH' },
          { AttributeName: 'incident_since', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      }),
    ],
    Replicas: [Match.objectLike({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })],
  })
})

test('the topic is encrypted and takes nothing over plain HTTP', () => {
  template.hasResourceProperties('AWS::SNS::Topic', {
    TopicName: names.incidentsTopic,
    KmsMasterKeyId: Match.anyValue(),
  })
  expect(JSON.stringify(template.findResources('AWS::SNS::TopicPolicy'))).toContain(
    '"aws:SecureTransport":"false"',
  )
})

test('Firehose persists JSON lines under their hour, in calendar years', () => {
  const [delivery] = resolved('AWS::KinesisFirehose::DeliveryStream')
  expect(deliveryConfig(delivery, names.backupBucket)).toEqual({
    name: names.eventDelivery,
    stream: names.eventStream,
    bucket: names.rawBucket,
    prefix:
      'ecomm_user_activity_stream/p_year=!{timestamp:yyyy}/p_month=!{timestamp:MM}/p_day=!{timestamp:dd}/p_hour=!{timestamp:HH}/',
    extension: '.json.gz',
    isGzip: true,
    hasDelimiter: true,
    intervalMs: 300_000,
    bufferBytes: 64 * 1024 * 1024,
    backupBucket: names.backupBucket,
  })
})

test('every alarm watches a metric of its part, says what to do, and tells', () => {
  const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
  const resources = template.toJSON().Resources
  const named = ({ Value }: { Value: string | { Ref: string } }) =>
    typeof Value === 'string' ? Value : (resources[Value.Ref]?.Properties.Name ?? resources[Value.Ref]?.Type)
  const watched = alarms.map(([, { Properties: of }]) => {
    expect(of.AlarmDescription.length).toBeGreaterThan(40)
    expect(of.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Incidents/) }])
    return of.MetricName === undefined
      ? ['numberOfFailedCheckpoints', 'in an expression']
      : [of.MetricName, ...(of.Dimensions ?? []).map(named)]
  })
  const detect = 'AWS::Lambda::Function'
  expect(watched.map((one) => one.join(' ')).toSorted()).toEqual(
    [
      `downtime ${names.flinkApplication}`,
      `uptime ${names.flinkApplication}`,
      'numberOfFailedCheckpoints in an expression',
      `GetRecords.IteratorAgeMilliseconds ${names.eventStream}`,
      `WriteProvisionedThroughputExceeded ${names.eventStream}`,
      `WriteProvisionedThroughputExceeded ${names.findingStream}`,
      `WriteProvisionedThroughputExceeded ${names.deadLetterStream}`,
      `IncomingRecords ${names.deadLetterStream}`,
      `IteratorAge ${detect}`,
      `Throttles ${detect}`,
      `Errors ${detect}`,
      `DestinationDeliveryFailures ${detect}`,
      'OnFailureDestinationDeliveredEventCount AWS::Lambda::EventSourceMapping',
      `DeliveryToS3.DataFreshness ${names.eventDelivery}`,
    ].toSorted(),
  )
})

test('a failed checkpoint is told while checkpoints fail, and not for ever after: the service only counts them', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: 'RATE(failed)' }),
      Match.objectLike({
        Id: 'failed',
        MetricStat: Match.objectLike({
          Metric: Match.objectLike({ MetricName: 'numberOfFailedCheckpoints' }),
        }),
      }),
    ]),
    // One that runs out of its time counts every ten minutes.
    EvaluationPeriods: 30,
    DatapointsToAlarm: 2,
  })
})

test('findings that were given up are counted, by the event source that gave them up', () => {
  const [mapping] = Object.keys(template.findResources('AWS::Lambda::EventSourceMapping'))
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    MetricsConfig: { Metrics: ['EventCount'] },
  })
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'OnFailureDestinationDeliveredEventCount',
    Dimensions: [{ Name: 'EventSourceMappingUUID', Value: { Ref: mapping } }],
  })
})

test('events that are not persisted are told long before the stream forgets them', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'DeliveryToS3.DataFreshness',
    Dimensions: [{ Name: 'DeliveryStreamName', Value: names.eventDelivery }],
    Threshold: 900,
  })
})
