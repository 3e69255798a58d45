import { Duration } from 'aws-cdk-lib'
import type { IStream } from 'aws-cdk-lib/aws-kinesis'
import { EventSourceMapping, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'
import { LambdaFunction } from '../lambda-function.ts'
import type { ControlTable } from './control-table.ts'
import type { IncidentsTopic } from './incidents-topic.ts'
import { READ_STREAM } from './read-stream.ts'
import type { StreamKey } from './stream-key.ts'

export interface DetectionFunctionProps {
  readonly names: Names
  readonly findings: IStream
  readonly table: ControlTable
  readonly topic: IncidentsTopic
  readonly key: StreamKey
  readonly failures: IBucket
  readonly logRetention: RetentionDays
}

const HANDLER = 'detect-high-event-volume'

/** Where users of the reference architecture look for the count of alerts. */
export const ALERT_METRIC = {
  namespace: 'ecommerce-namespace-1',
  metric: 'ecomm-user-high-volume-events',
} as const

/** Records what the rules found, and tells of it once. */
export class DetectionFunction extends Construct {
  readonly function: LambdaFunction['function']
  readonly eventSource: EventSourceMapping

  constructor(scope: Construct, id: string, props: DetectionFunctionProps) {
    super(scope, id)
    const { names, findings, table, topic, key, failures } = props
    const { function: detect } = new LambdaFunction(this, HANDLER, {
      handler: HANDLER,
      functionName: names.lambda(HANDLER),
      description: 'Records alerts, keeps incidents, and tells of each once',
      environment: {
        cloudwatch_namespace: ALERT_METRIC.namespace,
        cloudwatch_metric: ALERT_METRIC.metric,
        dynamodb_control_table: table.tableName,
        topic_arn: topic.topicArn,
        POWERTOOLS_LOG_LEVEL: 'INFO',
      },
      permissions: [
        {
          actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
          resources: [table.tableArn],
        },
        { actions: ['sns:Publish'], resources: [topic.topicArn] },
        {
          actions: READ_STREAM,
          resources: [findings.streamArn],
        },
        // Asked for by the service for whoever reads a stream; it knows no resource.
        {
          actions: ['kinesis:ListStreams'],
          resources: ['*'],
          wildcard: 'kinesis:ListStreams knows no resource.',
        },
        { actions: ['s3:ListBucket'], resources: [failures.bucketArn] },
        {
          actions: ['s3:PutObject'],
          resources: [`${failures.bucketArn}/aws/lambda/*`],
          wildcard: 'Lambda names its failure records itself, below this prefix.',
        },
      ],
      logRetention: props.logRetention,
      timeout: Duration.minutes(1),
      withoutDeadLetters: 'Its event source keeps what fails in a bucket, with the whole event.',
    })
    detect.addToRolePolicy(key.usage())
    this.function = detect

    // Every one of these is needed: by default a poison record blocks its shard for as long as the stream keeps it.
    this.eventSource = new EventSourceMapping(this, 'Findings', {
      target: detect,
      eventSourceArn: findings.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      parallelizationFactor: 2,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // With waits that double up to ten seconds, more than a minute in which nothing answers. AWS does not say how it waits.
      retryAttempts: 15,
      maxRecordAge: Duration.hours(6),
      // CDK's own class would let the function read, list and delete all of the bucket.
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
      // Without it nothing counts what went to the bucket.
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    })
  }
}
