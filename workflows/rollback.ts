import { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Choice, Condition, JsonPath, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import type { MachineContext } from './nightly/context.ts'
import { lambdaTask } from './nightly/lambda-task.ts'
import { notify } from './nightly/notify.ts'
import { refreshDashboards } from './nightly/refresh-dashboards.ts'
import { standardMachine } from './standard-machine.ts'
import { startOfMachine } from './start-of-machine.ts'

export interface RollbackProps {
  readonly names: Names
  readonly logRetention: RetentionDays
}

/**
 * Shows a former release again, by its views alone, and holds publication until an execution with `{"resume":true}`: else
 * the next night would publish once more what was gone back from (docs/adr/0022).
 */
export class Rollback extends Construct {
  readonly stateMachine: StateMachine

  constructor(scope: Construct, id: string, { names, logRetention }: RollbackProps) {
    super(scope, id)
    const rollback: MachineContext = { scope: this, names }
    const start = startOfMachine(
      rollback,
      'rollback',
      'StartRollback',
      'start-rollback',
      'Makes sure that the release can be shown again, and that nothing else is at work',
    )
    const rollBack = lambdaTask(rollback, 'RollBack', 'roll-back', { resultPath: '$.release' })
    const release = lambdaTask(rollback, 'ReleaseHold', 'release-hold', { resultPath: JsonPath.DISCARD })
    const record = lambdaTask(rollback, 'RecordRollback', 'record-rollback', { resultPath: '$.record' })

    start.next(
      new Choice(this, 'Back or on?')
        .when(Condition.booleanEquals('$.resumes', true), release.next(record))
        .otherwise(rollBack.next(refreshDashboards(rollback)).next(record)),
    )
    record.next(notify(rollback, 'NotifyRollback')).next(new Succeed(this, 'RollbackDone'))
    this.stateMachine = standardMachine(this, {
      name: names.rollback,
      first: start,
      timeout: Duration.hours(4),
      logRetention,
    })
  }
}
