import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { METRICS_NAMESPACE, type MetricName } from '../catalog/metrics.ts'
import type { Handler } from '../workflows/handlers.ts'

/** A day, and two hours for a night that begins late and takes long. */
const HOURS = 26

const METRIC: MetricName = 'NightsSucceeded'
const SENDER: Handler = 'record-run'

/**
 * Tells the operators that no night has come to its end for more than a day, whatever the reason: of a night that was never
 * started, or that still runs, no failure tells. It listens to the platform's own metric, because a dry run is a success of
 * Step Functions too.
 */
export class SilenceAlarm extends Alarm {
  constructor(scope: Construct, id: string, { environment, topic }: { environment: string; topic: ITopic }) {
    super(scope, id, {
      alarmDescription:
        `No night has come to its end for ${HOURS} hours (nor since the deployment, where that is younger). See what the ` +
        'executions of the nightly state machine say: is one running, did the schedule start one?',
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: METRIC,
        dimensionsMap: { service: SENDER, environment },
        statistic: 'Sum',
        period: Duration.hours(1),
      }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: HOURS,
      // An hour without a night has no data at all.
      treatMissingData: TreatMissingData.BREACHING,
    })
    this.addAlarmAction(new SnsAction(topic))
  }
}
