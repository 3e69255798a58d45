import { Duration } from 'aws-cdk-lib'
import { Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { arnsOf } from './arns.ts'

export interface ExecutionEndsProps {
  readonly names: Names
  /** The names of the state machines whose ends are looked at. */
  readonly machines: readonly string[]
  /** Records and tells. */
  readonly recorder: IFunction
  readonly deadLetters: IQueue
}

/**
 * Hands every execution that failed, was stopped or ran out of time to a function. It stands beside the state machines: what
 * they caught themselves could not be redriven, and a stop or the service's own errors they can't catch (docs/adr/0020).
 */
export class ExecutionEnds extends Rule {
  constructor(scope: Construct, id: string, props: ExecutionEndsProps) {
    super(scope, id, {
      description: 'Executions that failed, were stopped or ran out of time',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
    })
    const arns = arnsOf(this, props.names)
    this.addEventPattern({
      detail: { stateMachineArn: props.machines.map((machine) => arns.stateMachine(machine)) },
    })
    this.addTarget(
      new LambdaFunction(props.recorder, {
        deadLetterQueue: props.deadLetters,
        retryAttempts: 20,
        // What is older is of no use as a message; the alarm on the queue has told of it by then.
        maxEventAge: Duration.hours(2),
      }),
    )
  }
}
