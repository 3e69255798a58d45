import { Aws, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { namesOf } from '../catalog/names.ts'
import { detectionProperties } from '../stream/flink-sql/detection-properties.ts'
import { configuredRules } from '../stream/rules/settings.ts'
import type { Configuration } from './config.ts'
import { ControlTable } from './stream/control-table.ts'
import { DetectionFunction } from './stream/detection-function.ts'
import { EventDelivery } from './stream/event-delivery.ts'
import { EventStreams } from './stream/event-streams.ts'
import { FlinkApplication } from './stream/flink-application.ts'
import { IncidentsTopic } from './stream/incidents-topic.ts'
import { ReplayMachine } from './stream/replay-machine.ts'
import { StreamAlarms } from './stream/stream-alarms.ts'
import { StreamKey } from './stream/stream-key.ts'
import { whenDeleted } from './when-deleted.ts'

export interface StreamStackProps extends StackProps {
  readonly environment: string
  readonly config: Configuration
  /** The Flink application as Maven built it. */
  readonly flinkJar: string
}

/** The real-time side of one environment: from the shop's events to alerts, and to the raw zone of the batch side. */
export class StreamStack extends Stack {
  constructor(scope: Construct, id: string, { environment, config, flinkJar, ...props }: StreamStackProps) {
    super(scope, id, props)
    const { region, bucketSuffix = `-${Aws.ACCOUNT_ID}` } = config
    const names = namesOf({ environment, region, bucketSuffix })
    const logRetention = config.retention.logs
    const keep = config.keepData

    const key = new StreamKey(this, 'Key', names, keep)
    const streams = new EventStreams(this, 'Streams', { names, removalPolicy: whenDeleted(keep) })
    const table = new ControlTable(this, 'ControlTable', { names, keep })
    const topic = new IncidentsTopic(this, 'Incidents', { names, key, email: config.alertEmail })
    // The batch side has all buckets; this stack knows them by name.
    const failures = Bucket.fromBucketName(this, 'Failures', names.failuresBucket)
    const detection = new DetectionFunction(this, 'Detection', {
      names,
      findings: streams.findings,
      table,
      topic,
      key,
      failures,
      logRetention,
    })
    new FlinkApplication(this, 'Flink', {
      names,
      jar: flinkJar,
      streams,
      properties: {
        events: { 'stream.arn': streams.events.streamArn, 'aws.region': region },
        findings: { 'stream.arn': streams.findings.streamArn, 'aws.region': region },
        'dead-letters': { 'stream.arn': streams.deadLetters.streamArn, 'aws.region': region },
        detection: detectionProperties(configuredRules(config.detection)),
      },
      parallelism: config.stream.flinkParallelism,
      logRetention,
    })
    const deliveryInterval = Duration.seconds(config.stream.deliverySeconds)
    new EventDelivery(this, 'Delivery', {
      names,
      events: streams.events,
      interval: deliveryInterval,
      logRetention,
    })
    new ReplayMachine(this, 'Replay', { names, environment, logRetention })
    new StreamAlarms(this, 'Alarms', {
      names,
      streams,
      detect: detection.function,
      eventSource: detection.eventSource,
      deliveryInterval,
      topic,
    })
  }
}
