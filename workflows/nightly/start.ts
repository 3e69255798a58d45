import { Choice, Condition, Succeed } from 'aws-cdk-lib/aws-stepfunctions'
import type { NightContext } from './context.ts'
import { lambdaTask } from './lambda-task.ts'
import { planSlices } from './plan-slices.ts'
import { unpackArchives } from './unpack-archives.ts'

/** Guard, unpack, plan; then the ways on: nothing to do, only marts, or slices to curate. */
export function startSection(night: NightContext) {
  const { scope } = night
  const startNight = lambdaTask(night, 'StartNight', 'start-night', {
    comment: 'Validates the input, makes sure that no other night runs, lists the archives to unpack',
    parameters: {
      'execution.$': '$$.Execution.Id',
      'name.$': '$$.Execution.Name',
      'startedAt.$': '$$.Execution.StartTime',
      'input.$': '$',
    },
  })

  const unpack = unpackArchives(night)
  const plan = planSlices(night)
  const dryRun = Condition.booleanEquals('$.dryRun', true)
  startNight.next(
    new Choice(scope, 'Dry run?', { comment: 'A dry run writes nothing into the raw zone' })
      .when(dryRun, plan)
      .otherwise(unpack.next(plan)),
  )

  const decide = (next: { slices: Choosable; onlyMarts: Choosable; nothing: Choosable }): void => {
    plan.next(
      new Choice(scope, 'Anything to do?')
        .when(dryRun, new Succeed(scope, 'DryRunDone'))
        .when(Condition.booleanEquals('$.plan.changed', false), next.nothing)
        .when(Condition.and(nothingToProfile, Condition.not(curates)), next.onlyMarts)
        .otherwise(next.slices),
    )
  }
  return { first: startNight, decide }
}

/** A night that was planned by a former version does not say it; it has nothing but exports. */
const curates = Condition.and(
  Condition.isPresent('$.plan.curates'),
  Condition.booleanEquals('$.plan.curates', true),
)

/** Exports are profiled before they are curated, also those that a backfill has curated; what Firehose persisted is not. */
export const nothingToProfile = Condition.stringEquals('$.plan.profileKey', '')

type Choosable = Parameters<Choice['otherwise']>[0]
