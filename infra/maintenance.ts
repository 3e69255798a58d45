import type { Duration } from 'aws-cdk-lib'
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { Backfill } from '../workflows/backfill.ts'
import { BackfillMonth } from '../workflows/backfill-month.ts'
import { Rollback } from '../workflows/rollback.ts'
import { Vacuum } from '../workflows/vacuum.ts'
import { arnsOf } from './arns.ts'
import type { Configuration } from './config.ts'
import type { EncryptionKey } from './encryption-key.ts'
import { MachineSchedule } from './machine-schedule.ts'
import type { OperationsTopic } from './operations-topic.ts'
import { acknowledge, acknowledgeWildcards } from './permissions.ts'

export interface MaintenanceProps {
  readonly names: Names
  readonly config: Configuration
  readonly key: EncryptionKey
  readonly topic: OperationsTopic
  readonly group: IScheduleGroup
  readonly curateTimeout: Duration
  /** How long an execution of a month, and a night, may take. */
  readonly monthTimeout: Duration
  readonly nightTimeout: Duration
}

/** The machines beside the night, which operators start: backfill, rollback, vacuum. The last one has a schedule too. */
export class Maintenance extends Construct {
  constructor(scope: Construct, id: string, props: MaintenanceProps) {
    super(scope, id)
    const { names, config, key, topic, group, monthTimeout, nightTimeout } = props
    const common = { names, logRetention: config.retention.logs }
    const backfill = new Backfill(this, 'Backfill', {
      ...common,
      concurrency: config.backfillConcurrency,
      monthTimeout,
      nightTimeout,
    }).stateMachine
    const month = new BackfillMonth(this, 'BackfillMonth', {
      ...common,
      curateConcurrency: config.curateConcurrency,
      curateTimeout: props.curateTimeout,
      timeout: monthTimeout,
    }).stateMachine
    const rollback = new Rollback(this, 'Rollback', common).stateMachine
    const vacuum = new Vacuum(this, 'Vacuum', common).stateMachine

    // Those that tell of their ends: the topic is encrypted with it.
    for (const machine of [backfill, rollback, vacuum]) machine.addToRolePolicy(key.usage())
    for (const machine of [backfill, month, rollback, vacuum]) this.#acknowledgeLogs(machine)
    const arns = arnsOf(this, names)
    acknowledgeWildcards(
      backfill.role,
      [arns.executions(names.backfillMonth), arns.executions(names.nightly)],
      'Children are named when they start; the state machines are those of this deployment.',
    )
    acknowledgeWildcards(
      rollback.role,
      [`${arns.dataSets}/ingestion/*`],
      'An ingestion is named after its rollback; data sets are those of this deployment.',
    )

    const { deadLetters } = new MachineSchedule(this, 'VacuumSchedule', {
      names,
      name: names.vacuum,
      description: 'Starts the vacuum.',
      deadLetters: names.vacuumDeadLetters,
      group,
      schedule: config.vacuum.schedule,
      stateMachine: vacuum,
    })
    topic.tellOfDeadLetters(
      'MissedVacuums',
      deadLetters,
      'The schedule could not start a vacuum; the dead-letter queue says why. Start an execution by hand, then purge the queue.',
    )
  }

  #acknowledgeLogs(machine: StateMachine): void {
    acknowledge(
      machine.role,
      'Log deliveries and X-Ray have no resources in IAM; this is what their documentation asks for.',
      'AwsSolutions-IAM5[Resource::*]',
    )
  }
}
