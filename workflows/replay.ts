import { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Choice, Condition, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import type { MachineContext } from './nightly/context.ts'
import { lambdaTask } from './nightly/lambda-task.ts'
import { notify } from './nightly/notify.ts'
import { retries } from './retries.ts'
import { standardMachine } from './standard-machine.ts'
import { startOfMachine } from './start-of-machine.ts'

export interface ReplayProps {
  readonly names: Names
  readonly logRetention: RetentionDays
}

/**
 * Sends persisted events of a time range into stream 1 again, marked (docs/adr/0045). One function sends for as long as a call
 * may, and is called again until it is done: the place is in a document, so neither the range nor a redrive makes a state larger.
 */
export class Replay extends Construct {
  readonly stateMachine: StateMachine

  constructor(scope: Construct, id: string, { names, logRetention }: ReplayProps) {
    super(scope, id)
    const replay: MachineContext = { scope: this, names }
    const start = startOfMachine(
      replay,
      'replay',
      'StartReplay',
      'start-replay',
      'Validates the range, finds the hours that have events',
    )
    const send = lambdaTask(replay, 'SendEvents', 'send-events', {
      comment: 'Goes on where the former call has come to',
      parameters: { 'run.$': '$.run' },
      resultPath: '$.round',
      retries: [retries.streamThrottled],
    })
    const record = lambdaTask(replay, 'RecordReplay', 'record-replay', { resultPath: '$.record' })

    start
      .next(send)
      .next(
        new Choice(this, 'All sent?')
          .when(Condition.booleanEquals('$.round.isDone', true), record)
          .otherwise(send),
      )
    record.next(notify(replay, 'NotifyReplay')).next(new Succeed(this, 'ReplayDone'))
    this.stateMachine = standardMachine(this, {
      name: names.replay,
      first: start,
      // Seven events a call of twelve minutes: less than half of what a history may have.
      timeout: Duration.days(14),
      logRetention,
    })
  }
}
