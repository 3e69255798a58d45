import { Duration } from 'aws-cdk-lib'
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'
import type { EventStreams } from './event-streams.ts'

export interface StreamAlarmsProps {
  readonly names: Names
  readonly streams: EventStreams
  readonly detect: IFunction
  readonly topic: ITopic
}

interface AlarmOptions {
  readonly metric: Metric
  readonly threshold: number
  /** Minutes in a row. */
  readonly minutes: number
  readonly description: string
  readonly below?: boolean
  /** For a metric that a healthy system always sends. */
  readonly missingIsBad?: boolean
}

const MINUTE = Duration.minutes(1)

/** What can go wrong on the way from an event to a message, and what to do about it. */
export class StreamAlarms extends Construct {
  readonly #topic: ITopic

  constructor(scope: Construct, id: string, { names, streams, detect, topic }: StreamAlarmsProps) {
    super(scope, id)
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
      metric: flink('numberOfFailedCheckpoints'),
      threshold: 0,
      minutes: 3,
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
      metric: streams.events.metric('WriteProvisionedThroughputExceeded', { ...kinesis, statistic: 'Sum' }),
      threshold: 0,
      minutes: 5,
      description:
        'Stream 1 turns records away: the shop sends more than twice its former peak, or one key gets most of it. Producers send again; see that they do.',
    })
    this.#alarm('FindingsThrottled', {
      metric: streams.findings.metric('WriteProvisionedThroughputExceeded', { ...kinesis, statistic: 'Sum' }),
      threshold: 0,
      minutes: 5,
      description: 'Stream 2 turns findings away: Flink sends them again, alerts come late.',
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
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'DroppedEventCount',
        dimensionsMap: { FunctionName: detect.functionName },
        statistic: 'Sum',
        period: MINUTE,
      }),
      threshold: 0,
      minutes: 1,
      description: `Findings were given up after their retries. They lie in ${names.failuresBucket} with the whole event: mend the cause and invoke the function with their payload.`,
    })
    this.#alarm('DeadLetters', {
      metric: streams.deadLetters.metricIncomingRecords({ period: MINUTE, statistic: 'Sum' }),
      threshold: 0,
      minutes: 1,
      description: `Records of stream 1 are no events: they lie in ${names.deadLetterStream} with their text and the reasons.`,
    })
  }

  #alarm(id: string, { metric, threshold, minutes, description, below, missingIsBad }: AlarmOptions): void {
    const alarm = metric.createAlarm(this, id, {
      alarmDescription: description,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold,
      evaluationPeriods: minutes,
      treatMissingData: missingIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(this.#topic))
  }
}
