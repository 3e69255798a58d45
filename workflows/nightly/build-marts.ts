import { Duration } from 'aws-cdk-lib'
import { Choice, Condition, JsonPath, Map as MapState, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions'
import { retries } from '../retries.ts'
import { ServiceTask } from '../service-task.ts'
import { athenaWriter } from './athena-writer.ts'
import { type NightContext, within } from './context.ts'
import { failUntilRedriven } from './fail-until-redriven.ts'
import { lambdaTask } from './lambda-task.ts'

const ATTEMPTS = 3

/** Builds stale marts level by level, so that a mart finds what it reads, and tests each before the next level reads it. */
export function buildLevels(night: NightContext): MapState {
  const levels = new MapState(night.scope, 'BuildLevels', {
    itemsPath: '$.marts.levels',
    maxConcurrency: 1,
    itemSelector: { 'run.$': '$.run', 'execution.$': '$.execution', 'marts.$': '$$.Map.Item.Value' },
    resultPath: JsonPath.DISCARD,
  })
  levels.itemProcessor(buildMarts(night))
  return levels
}

function buildMarts(night: NightContext): MapState {
  const { scope, names } = night
  const built = {
    'run.$': '$.run',
    'mart.$': '$.mart',
    'month.$': '$.month',
    'version.$': '$.build.version',
    'table.$': '$.build.table',
    'location.$': '$.build.location',
    'attempt.$': '$.build.attempt',
  }
  // Each attempt has a location of its own: CTAS refuses one that is not empty, and a failed query leaves files.
  const prepare = lambdaTask(night, 'PrepareMart', 'prepare-mart', {
    parameters: {
      'run.$': '$.run',
      'mart.$': '$.mart',
      'month.$': '$.month',
      'attempt.$': 'States.MathAdd($.build.attempt, 1)',
    },
    resultPath: '$.build',
  })
  const build = new ServiceTask(scope, 'BuildMart', {
    resource: 'arn:aws:states:::athena:startQueryExecution.sync',
    parameters: {
      'QueryString.$': '$.build.queryString',
      WorkGroup: names.martWorkgroup,
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: names.lakeDatabase },
    },
    allow: athenaWriter(scope, names),
    taskTimeout: within(Duration.minutes(35)),
    retries: [retries.athena],
    // Not all of the answer: it has the statement once more.
    resultSelector: { 'statistics.$': '$.QueryExecution.Statistics' },
    resultPath: '$.query',
  })
  const register = lambdaTask(night, 'RegisterMart', 'register-mart', {
    parameters: { ...built, 'statistics.$': '$.query.statistics' },
    resultPath: JsonPath.DISCARD,
  })
  const test = lambdaTask(night, 'TestMart', 'test-mart', {
    parameters: built,
    // The verdicts lie in the lake; all marts' together could exceed what a Map may answer (256 KiB).
    resultSelector: { tested: true },
  })

  // Redriven, it goes on with one attempt more.
  const failed = failUntilRedriven(night, 'MartFailed', {
    'run.$': '$.run',
    'what.$': "States.Format('{}-{}', $.mart, $.month)",
    error: 'QueryFailedError',
    'caught.$': '$.error.Error',
    'cause.$': '$.error.Cause',
  })
  build.addCatch(
    new Choice(scope, 'Another attempt?')
      .when(
        Condition.numberLessThan('$.build.attempt', ATTEMPTS),
        new Wait(scope, 'WaitBeforeAttempt', { time: WaitTime.duration(Duration.seconds(30)) }).next(prepare),
      )
      .otherwise(failed.next(prepare)),
    { resultPath: '$.error' },
  )

  const map = new MapState(scope, 'BuildMarts', {
    itemsPath: '$.marts',
    maxConcurrency: night.martConcurrency,
    itemSelector: {
      'run.$': '$.run',
      'execution.$': '$.execution',
      'mart.$': '$$.Map.Item.Value.mart',
      'month.$': '$$.Map.Item.Value.month',
      build: { attempt: 0 },
    },
    resultPath: JsonPath.DISCARD,
  })
  map.itemProcessor(prepare.next(build).next(register).next(test))
  return map
}
