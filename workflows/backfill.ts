import { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  Choice,
  Condition,
  Map as MapState,
  type StateMachine,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { childExecution } from './child-execution.ts'
import type { MachineContext } from './nightly/context.ts'
import { lambdaTask } from './nightly/lambda-task.ts'
import { notify } from './nightly/notify.ts'
import type { ServiceTask } from './service-task.ts'
import { standardMachine } from './standard-machine.ts'
import { startOfMachine } from './start-of-machine.ts'

export interface BackfillProps {
  readonly names: Names
  /** Months that are curated at the same time. */
  readonly concurrency: number
  /** How long an execution of the months' machine, and a night, may take. */
  readonly monthTimeout: Duration
  readonly nightTimeout: Duration
  readonly logRetention: RetentionDays
}

/**
 * A range of months: each is curated by an execution of its own, then one night publishes them all at once (docs/adr/0021).
 * A redrive does again what failed, and that finds done what was done.
 */
export class Backfill extends Construct {
  readonly stateMachine: StateMachine

  constructor(scope: Construct, id: string, props: BackfillProps) {
    super(scope, id)
    const { names } = props
    const backfill: MachineContext = { scope: this, names }
    const start = startOfMachine(
      backfill,
      'backfill',
      'StartBackfill',
      'start-backfill',
      'Validates the range, makes its months the own ones',
    )
    const months = this.#months(backfill, props)
    const publish = childExecution(backfill, 'PublishMonths', {
      comment: 'A night for the range: it takes what the months have curated, builds marts, tests, publishes',
      machine: names.nightly,
      input: { 'months.$': '$.months', 'backfill.$': '$.run' },
      startedBy: '$.execution',
      timeout: props.nightTimeout.plus(Duration.hours(1)),
      resultSelector: { 'execution.$': '$.ExecutionArn' },
      resultPath: '$.published',
    })
    const record = lambdaTask(backfill, 'RecordBackfill', 'record-backfill', { resultPath: '$.record' })

    start.next(this.#whenNoNightRuns(backfill, 'CheckNight', 'Night running?', 'WaitForNight', months, false))
    months.next(
      this.#whenNoNightRuns(backfill, 'CheckPublication', 'Free to publish?', 'WaitToPublish', publish, true),
    )
    publish.next(record).next(notify(backfill, 'NotifyBackfill')).next(new Succeed(this, 'BackfillDone'))
    this.stateMachine = standardMachine(this, {
      ...props,
      name: names.backfill,
      first: start,
      timeout: Duration.days(7),
    })
  }

  #months(backfill: MachineContext, { names, concurrency, monthTimeout }: BackfillProps): MapState {
    const map = new MapState(this, 'BackfillMonths', {
      itemsPath: '$.months',
      maxConcurrency: concurrency,
      itemSelector: {
        'execution.$': '$.execution',
        'run.$': '$.run',
        'force.$': '$.force',
        'month.$': '$$.Map.Item.Value',
      },
      resultPath: '$.results',
    })
    map.itemProcessor(
      childExecution(backfill, 'BackfillMonth', {
        machine: names.backfillMonth,
        input: { 'month.$': '$.month', 'force.$': '$.force', 'backfill.$': '$.run' },
        startedBy: '$.execution',
        timeout: monthTimeout.plus(Duration.hours(1)),
        // The child's output, without all else that describes it.
        outputPath: '$.Output',
      }),
    )
    return map
  }

  /** A night that began before works on the same slices, and one that publishes is not to be disturbed. */
  #whenNoNightRuns(
    backfill: MachineContext,
    check: string,
    choice: string,
    wait: string,
    next: MapState | ServiceTask,
    publishes: boolean,
  ): ServiceTask {
    const asks = lambdaTask(backfill, check, 'check-night', {
      parameters: { 'run.$': '$.run', publishes },
      resultPath: '$.night',
    })
    asks.next(
      new Choice(this, choice)
        .when(
          Condition.booleanEquals('$.night.isRunning', true),
          new Wait(this, wait, { time: WaitTime.duration(Duration.minutes(2)) }).next(asks),
        )
        .otherwise(next),
    )
    return asks
  }
}
