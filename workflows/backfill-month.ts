import type { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { curateSlices } from './nightly/curate-slices.ts'
import { lambdaTask } from './nightly/lambda-task.ts'
import { planSlices } from './nightly/plan-slices.ts'
import { unpackArchives } from './nightly/unpack-archives.ts'
import { standardMachine } from './standard-machine.ts'
import { startOfMachine } from './start-of-machine.ts'

export interface BackfillMonthProps {
  readonly names: Names
  /** Slices of the month that are curated at the same time. */
  readonly curateConcurrency: number
  readonly curateTimeout: Duration
  readonly timeout: Duration
  readonly logRetention: RetentionDays
}

/** One month of a backfill: the night's own states up to the registered slice, and nothing of it is published. */
export class BackfillMonth extends Construct {
  readonly stateMachine: StateMachine

  constructor(scope: Construct, id: string, props: BackfillMonthProps) {
    super(scope, id)
    const month = { scope: this, ...props }
    const start = startOfMachine(
      month,
      'backfillMonth',
      'StartMonth',
      'start-month',
      'Lists the archives of the month to unpack',
    )
    start
      .next(unpackArchives(month))
      .next(planSlices(month))
      .next(curateSlices(month))
      .next(lambdaTask(month, 'FinishMonth', 'finish-month'))
      .next(new Succeed(this, 'MonthDone'))
    this.stateMachine = standardMachine(this, { ...props, name: props.names.backfillMonth, first: start })
  }
}
