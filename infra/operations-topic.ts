import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { acknowledge } from './permissions.ts'

/** How a night can end without telling of it itself, and what to do then. */
const ENDS = [
  {
    id: 'UncaughtEnds',
    status: ['ABORTED', 'TIMED_OUT'],
    description: 'Nights that were stopped or ran out of time',
    remedy: 'Redrive it to go on where it stopped:',
  },
  {
    id: 'Failures',
    status: ['FAILED'],
    description: 'Nights that failed, whether or not they could tell',
    remedy:
      'If the night could still tell why, this is the second message about it; if not, its history says why. ' +
      'Mend the cause and start a new execution with the same input:',
  },
]

/** Tells the operators how nights ended. */
export class OperationsTopic extends Topic {
  constructor(scope: Construct, id: string, props: { names: Names; key: IKey; email: string | undefined }) {
    super(scope, id, {
      topicName: props.names.operationsTopic,
      displayName: 'Lakehouse operations',
      masterKey: props.key,
      enforceSSL: true,
    })
    this.applyRemovalPolicy(RemovalPolicy.DESTROY)
    if (props.email) {
      this.addSubscription(new EmailSubscription(props.email))
      acknowledge(
        this,
        'A mail that a mailbox refuses for hours is of no use in a queue; the run record in the lake says the same.',
        'Serverless-SNSRedrivePolicy',
      )
    }
  }

  /**
   * No Catch sees an execution that is stopped by hand or runs out of time, nor every error of the service itself
   * (States.DataLimitExceeded, States.Runtime), and the failure chain can fail too: EventBridge has to tell (docs/adr/0010).
   */
  tellOfUncaughtEnds(stateMachine: IStateMachine): void {
    for (const { id, status, description, remedy } of ENDS) {
      const [name, execution] = ['$.detail.name', '$.detail.executionArn'].map(EventField.fromPath)
      const rule = new Rule(this, id, {
        description,
        eventPattern: {
          source: ['aws.states'],
          detailType: ['Step Functions Execution Status Change'],
          detail: { stateMachineArn: [stateMachine.stateMachineArn], status },
        },
        targets: [
          new SnsTopic(this, {
            message: RuleTargetInput.fromText(
              `${name} ended ${EventField.fromPath('$.detail.status')}. ${remedy} ${execution}`,
            ),
          }),
        ],
      })
      acknowledge(
        rule,
        'EventBridge tries for a day; a message about a night that comes later than that is of no use.',
        'Serverless-EventBusDLQ',
      )
    }
  }

  /** A night that could not even be started leaves its event in the queue, and nothing else says so. */
  tellOfMissedStarts(deadLetters: IQueue): void {
    const alarm = deadLetters
      .metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' })
      .createAlarm(this, 'MissedStarts', {
        alarmDescription:
          'The schedule could not start a night; the dead-letter queue says why. Start an execution by hand, then purge the queue.',
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
    alarm.addAlarmAction(new SnsAction(this))
    // A topic with a policy of its own has lost the one that lets its account's services publish.
    this.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    )
  }
}
