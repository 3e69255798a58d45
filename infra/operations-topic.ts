import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { acknowledge } from './permissions.ts'

/** Tells the operators: the nights and `record-failure` how executions ended, alarms what nobody else could tell. */
export class OperationsTopic extends Topic {
  constructor(scope: Construct, id: string, props: { names: Names; key: IKey; email: string | undefined }) {
    super(scope, id, {
      topicName: props.names.operationsTopic,
      displayName: 'Lakehouse operations',
      masterKey: props.key,
      enforceSSL: true,
    })
    this.applyRemovalPolicy(RemovalPolicy.DESTROY)
    // A topic with a policy of its own has lost the one that lets its account's services publish.
    this.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    )
    if (props.email) {
      this.addSubscription(new EmailSubscription(props.email))
      acknowledge(
        this,
        'A mail that a mailbox refuses for hours is of no use in a queue; the run record in the lake says the same.',
        'Serverless-SNSRedrivePolicy',
      )
    }
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
