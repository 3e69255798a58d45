import { Duration } from 'aws-cdk-lib'
import { ComparisonOperator, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { IStream } from 'aws-cdk-lib/aws-kinesis'
import type { IEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'
import type { EventStreams } from './event-streams.ts'

export interface StreamAlarmsProps {
  readonly names: Names
  readonly streams: EventStreams
  readonly detect: IFunction
  /** What reads stream 2 for it. */
  readonly eventSource: IEventSourceMapping
  /** How long Firehose gathers events. */
  readonly deliveryInterval: Duration
  readonly topic: ITopic
}

interface AlarmOptions {
  readonly metric: Metric | MathExpression
  readonly threshold: number
  /** Minutes in a row; or those that are looked at, where so many of them are enough. */
  readonly minutes: number
  readonly enough?: number
  readonly description: string
  readonly below?: boolean
  /** For a metric that a healthy system always sends. */
  readonly missingIsBad?: boolean
}

const MINUTE = Duration.minutes(1)
/** How much later than asked for Firehose may write without anything being wrong. */
const DELIVERY_DELAY = Duration.minutes(10)

/** What can go wrong on the way from an event to a message, and what to do about it. */
export class StreamAlarms extends Construct {
  readonly #topic: ITopic

  constructor(scope: Construct, id: string, props: StreamAlarmsProps) {
    super(scope, id)
    const { names, streams, detect, topic } = props
    this.#topic = topic
    const flink = (metricName: string, statistic = 'Maximum') =>
      new Metric({
        namespace: 'AWS/KinesisAnalytics',
        metricName,
        dimensionsMap: { Application: names.flinkApplication },
        statistic,
        period: MINUTE,
      })
    const kinesis = { period: MINUTE, statistic: 'Maximum' }
    const throttled = (stream: IStream) =>
      stream.metric('WriteProvisionedThroughputExceeded', { period: MINUTE, statistic: 'Sum' })

    this.#alarm('FlinkDown', {
      metric: flink('downtime'),
      threshold: 0,
      minutes: 5,
      description:
        'The Flink application is not running: no rule sees anything. Its log says why; nothing is lost while stream 1 keeps its events (24 h).',
    })
    this.#alarm('FlinkSilent', {
      metric: flink('uptime', 'Minimum'),
      threshold: 1,
      minutes: 10,
      below: true,
      missingIsBad: true,
      description: 'The Flink application sends no metrics: it is stopped. Start it.',
    })
    this.#alarm('CheckpointsFail', {
      // It counts since the application started, so that one failure would be told for ever; and one that runs out of its time
      // adds to it only every ten minutes.
      metric: new MathExpression({
        expression: 'RATE(failed)',
        usingMetrics: { failed: flink('numberOfFailedCheckpoints') },
        period: MINUTE,
      }),
      threshold: 0,
      minutes: 30,
      enough: 2,
      description:
        'Checkpoints of the Flink application fail: a restart would go far back. Look at its state size and its log.',
    })
    this.#alarm('FlinkBehind', {
      // Flink's own millisBehindLatest comes from a source that is not used here.
      metric: streams.events.metricGetRecordsIteratorAgeMilliseconds(kinesis),
      threshold: 60_000,
      minutes: 5,
      description:
        'Who reads stream 1 is more than a minute behind: the Flink application, whose alerts come late then, or Firehose. Look at the CPU of the one and the DataFreshness of the other. After a deployment of other rules it is so until a day is read again.',
    })
    this.#alarm('EventsThrottled', {
      metric: throttled(streams.events),
      threshold: 0,
      minutes: 5,
      description:
        'Stream 1 turns records away: the shop sends more than twice its former peak, or one key gets most of it. Producers send again; see that they do.',
    })
    this.#alarm('FindingsThrottled', {
      metric: throttled(streams.findings),
      threshold: 0,
      minutes: 5,
      description: 'Stream 2 turns findings away: Flink sends them again, alerts come late.',
    })
    this.#alarm('DeadLettersThrottled', {
      metric: throttled(streams.deadLetters),
      threshold: 0,
      minutes: 5,
      description: `${names.deadLetterStream} turns dead letters away: the Flink application, which writes them, has to wait, and all alerts with it. Something sends masses of records that are no events: find it by the dead letters, and stop it.`,
    })
    this.#alarm('DetectionBehind', {
      metric: detect.metric('IteratorAge', { period: MINUTE, statistic: 'Maximum' }),
      threshold: 60_000,
      minutes: 3,
      description:
        'detect-high-event-volume is more than a minute behind stream 2: it fails or is throttled. Its log says why; it tries fifteen times.',
    })
    this.#alarm('DetectionThrottled', {
      metric: detect.metricThrottles({ period: MINUTE }),
      threshold: 0,
      minutes: 3,
      description: 'detect-high-event-volume is throttled: raise the concurrency of the account.',
    })
    this.#alarm('DetectionErrors', {
      metric: detect.metricErrors({ period: MINUTE }),
      threshold: 0,
      minutes: 3,
      description: 'detect-high-event-volume fails as a whole: its log says why.',
    })
    this.#alarm('FindingsGivenUp', {
      // Not counted as dropped, as they are kept. The function has no such metric, only its event source has, when asked to.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'OnFailureDestinationDeliveredEventCount',
        dimensionsMap: { EventSourceMappingUUID: props.eventSource.eventSourceMappingId },
        statistic: 'Sum',
        period: MINUTE,
      }),
      threshold: 0,
      minutes: 1,
      description: `Findings were given up after their retries. They lie in ${names.failuresBucket} with the whole event: mend the cause and invoke the function with their payload.`,
    })
    this.#alarm('FindingsLost', {
      metric: detect.metric('DestinationDeliveryFailures', { period: MINUTE, statistic: 'Sum' }),
      threshold: 0,
      minutes: 1,
      description: `Findings were given up, and could not be written to ${names.failuresBucket}. Mend the function's right to write there; stream 2 has them for 24 h, and Flink makes them again from stream 1 when it starts without a snapshot.`,
    })
    this.#alarm('DeliveryBehind', {
      // In seconds; what Firehose does not read any more it can't be behind with.
      metric: new Metric({
        namespace: 'AWS/Firehose',
        metricName: 'DeliveryToS3.DataFreshness',
        dimensionsMap: { DeliveryStreamName: names.eventDelivery },
        statistic: 'Maximum',
        period: MINUTE,
      }),
      threshold: props.deliveryInterval.toSeconds() + DELIVERY_DELAY.toSeconds(),
      minutes: 15,
      enough: 1,
      description:
        'Firehose does not persist stream 1: its log says why. It tries for 24 h, as long as the stream keeps events; what is not in the raw zone by then is in no night and no replay.',
    })
    this.#alarm('DeadLetters', {
      metric: streams.deadLetters.metricIncomingRecords({ period: MINUTE, statistic: 'Sum' }),
      threshold: 0,
      minutes: 1,
      description: `Records of stream 1 are no events: they lie in ${names.deadLetterStream} with their text and the reasons.`,
    })
  }

  #alarm(id: string, options: AlarmOptions): void {
    const { metric, threshold, minutes, enough, description, below, missingIsBad } = options
    const alarm = metric.createAlarm(this, id, {
      alarmDescription: description,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold,
      evaluationPeriods: minutes,
      ...(enough && { datapointsToAlarm: enough }),
      treatMissingData: missingIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(this.#topic))
  }
}
