import { Duration } from 'aws-cdk-lib'
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { MailTopic } from './mail-topic.ts'

/** Tells the operators: the nights and `record-failure` how executions ended, alarms what nobody else could tell. */
export class OperationsTopic extends MailTopic {
  constructor(scope: Construct, id: string, props: { names: Names; key: IKey; email: string | undefined }) {
    const { names, key, email } = props
    super(scope, id, {
      topicName: names.operationsTopic,
      displayName: 'Lakehouse operations',
      key,
      email,
      alsoIn: 'the run record in the lake',
    })
  }

  /** What a service could not deliver lies in a queue, and nothing else says so. */
  tellOfDeadLetters(id: string, queue: IQueue, description: string): void {
    const alarm = queue
      .metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' })
      .createAlarm(this, id, {
        alarmDescription: description,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
    alarm.addAlarmAction(new SnsAction(this))
  }
}
