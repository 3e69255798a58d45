import { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  Choice,
  Condition,
  JsonPath,
  Map as MapState,
  type StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import type { MachineContext } from './nightly/context.ts'
import { lambdaTask } from './nightly/lambda-task.ts'
import { notify } from './nightly/notify.ts'
import { standardMachine } from './standard-machine.ts'
import { startOfMachine } from './start-of-machine.ts'

export interface VacuumProps {
  readonly names: Names
  readonly logRetention: RetentionDays
}

/** Removes versions that nobody needs, chunk by chunk; each chunk can be done again (docs/adr/0023). */
export class Vacuum extends Construct {
  readonly stateMachine: StateMachine

  constructor(scope: Construct, id: string, { names, logRetention }: VacuumProps) {
    super(scope, id)
    const vacuum: MachineContext = { scope: this, names }
    const start = startOfMachine(
      vacuum,
      'vacuum',
      'PlanVacuum',
      'plan-vacuum',
      'Finds the versions that no release, reader or execution needs',
    )
    const run = { 'run.$': '$.run' }
    const mark = lambdaTask(vacuum, 'MarkReleases', 'mark-releases', {
      parameters: run,
      resultPath: JsonPath.DISCARD,
    })
    const remove = new MapState(this, 'RemoveVersions', {
      itemsPath: '$.chunks',
      maxConcurrency: 2,
      itemSelector: { ...run, 'execution.$': '$.execution', 'chunk.$': '$$.Map.Item.Value' },
      resultPath: '$.removed',
    })
    remove.itemProcessor(lambdaTask(vacuum, 'RemoveChunk', 'remove-versions'))
    const record = lambdaTask(vacuum, 'RecordVacuum', 'record-vacuum', { resultPath: '$.record' })

    start.next(
      new Choice(this, 'Only planned?')
        .when(Condition.booleanEquals('$.dryRun', true), new Succeed(this, 'VacuumPlanned'))
        .otherwise(mark),
    )
    mark.next(remove).next(record).next(notify(vacuum, 'NotifyVacuum')).next(new Succeed(this, 'VacuumDone'))
    this.stateMachine = standardMachine(this, {
      name: names.vacuum,
      first: start,
      timeout: Duration.hours(12),
      logRetention,
    })
  }
}
