import { Choice, Condition, JsonPath, Map as MapState, Succeed } from 'aws-cdk-lib/aws-stepfunctions'
import type { Catching, NightContext } from './context.ts'
import { lambdaTask } from './lambda-task.ts'

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

  const unpackArchives = new MapState(scope, 'UnpackArchives', {
    itemsPath: '$.archives',
    maxConcurrency: 2,
    itemSelector: { 'run.$': '$.run', 'archive.$': '$$.Map.Item.Value' },
    resultPath: JsonPath.DISCARD,
  })
  unpackArchives.itemProcessor(lambdaTask(night, 'UnpackArchive', 'unpack-archive'))

  const planSlices = lambdaTask(night, 'PlanSlices', 'plan-slices', {
    comment: 'Compares fingerprints with the current release, checks headers, writes the manifests',
    // Counted here, because executors disagree on whether the first of no slices is present.
    resultSelector: {
      'changed.$': '$.changed',
      'slices.$': '$.slices',
      'toCurate.$': 'States.ArrayLength($.slices)',
      'unchanged.$': '$.unchanged',
      'profileKey.$': '$.profileKey',
      'notes.$': '$.notes',
    },
    resultPath: '$.plan',
  })

  const dryRun = Condition.booleanEquals('$.dryRun', true)
  startNight.next(
    new Choice(scope, 'Dry run?', { comment: 'A dry run writes nothing into the raw zone' })
      .when(dryRun, planSlices)
      .otherwise(unpackArchives.next(planSlices)),
  )

  const decide = (next: { slices: Choosable; onlyMarts: Choosable; nothing: Choosable }): void => {
    planSlices.next(
      new Choice(scope, 'Anything to do?')
        .when(dryRun, new Succeed(scope, 'DryRunDone'))
        .when(Condition.booleanEquals('$.plan.changed', false), next.nothing)
        .when(Condition.numberEquals('$.plan.toCurate', 0), next.onlyMarts)
        .otherwise(next.slices),
    )
  }
  const caught: Catching[] = [startNight, unpackArchives, planSlices]
  return { first: startNight, decide, caught }
}

type Choosable = Parameters<Choice['otherwise']>[0]
