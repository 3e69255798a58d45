import { RemovalPolicy } from 'aws-cdk-lib'
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { acknowledge } from './permissions.ts'

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

  /** No Catch sees an execution that is stopped by hand or runs out of time, so EventBridge has to tell. */
  tellOfUncaughtEnds(stateMachine: IStateMachine): void {
    const rule = new Rule(this, 'UncaughtEnds', {
      description: 'Nights that were stopped or ran out of time',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [stateMachine.stateMachineArn], status: ['ABORTED', 'TIMED_OUT'] },
      },
      targets: [
        new SnsTopic(this, {
          message: RuleTargetInput.fromText(
            `${EventField.fromPath('$.detail.name')} ended ${EventField.fromPath('$.detail.status')}. Redrive it to go on where it stopped: ${EventField.fromPath('$.detail.executionArn')}`,
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
