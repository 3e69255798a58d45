import { type Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IStream } from 'aws-cdk-lib/aws-kinesis'
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose'
import { LogGroup, LogStream, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { RAW } from '../../catalog/layout.ts'
import type { Names } from '../../catalog/names.ts'
import { acknowledge, permit } from '../permissions.ts'

export interface EventDeliveryProps {
  readonly names: Names
  readonly events: IStream
  readonly interval: Duration
  readonly logRetention: RetentionDays
}

/** `YYYY` would be the year of the week: wrong in some of the last days of a year. */
const HOUR = 'p_year=!{timestamp:yyyy}/p_month=!{timestamp:MM}/p_day=!{timestamp:dd}/p_hour=!{timestamp:HH}/'

/** Persists stream 1 in the raw zone as gzip JSON lines, by the hour in which Firehose took them. */
export class EventDelivery extends Construct {
  readonly deliveryStream: CfnDeliveryStream

  constructor(scope: Construct, id: string, { names, events, interval, logRetention }: EventDeliveryProps) {
    super(scope, id)
    const bucketArn = `arn:${Stack.of(this).partition}:s3:::${names.rawBucket}`
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/kinesisfirehose/${names.eventDelivery}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const errors = new LogStream(this, 'Errors', { logGroup: logs, logStreamName: 's3' })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('firehose.amazonaws.com') })
    permit(role, [
      {
        actions: [
          'kinesis:DescribeStream',
          'kinesis:GetShardIterator',
          'kinesis:GetRecords',
          'kinesis:ListShards',
        ],
        resources: [events.streamArn],
      },
      {
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [bucketArn],
      },
      {
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        resources: [`${bucketArn}/${RAW.stream}*`, `${bucketArn}/${RAW.streamErrors}*`],
        wildcard: 'Firehose names its objects itself, below the two prefixes that it is given.',
      },
    ])
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:PutLogEvents'],
        resources: [`${logs.logGroupArn.replace(/:\*$/, '')}:log-stream:${errors.logStreamName}`],
      }),
    )
    this.deliveryStream = new CfnDeliveryStream(this, 'DeliveryStream', {
      deliveryStreamName: names.eventDelivery,
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: events.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn,
        roleArn: role.roleArn,
        prefix: `${RAW.stream}${HOUR}`,
        errorOutputPrefix: `${RAW.streamErrors}!{firehose:error-output-type}/${HOUR}`,
        bufferingHints: {
          intervalInSeconds: interval.toSeconds(),
          sizeInMBs: Size.mebibytes(64).toMebibytes(),
        },
        compressionFormat: 'GZIP',
        fileExtension: '.json.gz',
        // One JSON object a record, and nothing between them: without line ends nobody could tell them apart. What the KPL has
        // aggregated Firehose takes apart before, unasked: its own processor for that is of texts, and for dynamic partitions.
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: 'AppendDelimiterToRecord',
              parameters: [{ parameterName: 'Delimiter', parameterValue: '\\n' }],
            },
          ],
        },
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: logs.logGroupName,
          logStreamName: errors.logStreamName,
        },
      },
    })
    acknowledge(
      this.deliveryStream,
      'Its source is an encrypted Kinesis stream: Firehose stores nothing by itself, and takes no encryption of its own then.',
      'AwsSolutions-KDF1',
    )
    // It looks for the stream and the bucket when it is made, in the role's name.
    this.deliveryStream.node.addDependency(role)
  }
}
