import aslValidator from 'asl-validator'
import { beforeAll, describe, expect, test } from 'vitest'
import { LAKE } from '../../catalog/layout.ts'
import * as errors from '../../lambdas/shared/errors.ts'
import { type State, statesOf } from '../../local/executor/definition.ts'
import { NIGHTLY_HANDLERS } from '../../workflows/handlers.ts'
import { violations } from './asl-rules.ts'
import { ACCOUNT, synthesized } from './synthesized.ts'

let nightly: ReturnType<typeof synthesized>
let states: Record<string, State>
beforeAll(() => {
  nightly = synthesized()
  states = Object.fromEntries(statesOf(nightly.machine))
})

const state = (name: string): State => {
  const found = states[name]
  if (!found) throw new Error(`no state ${name}`)
  return found
}
const catchesOf = (name: string) =>
  (state(name).Catch ?? []) as { ErrorEquals: string[]; Next: string; ResultPath: string }[]
const retriesOf = (name: string) =>
  (state(name).Retry ?? []) as { ErrorEquals: string[]; MaxAttempts: number }[]

describe('the definition', () => {
  test('is valid ASL: targets exist, states are reachable, paths and ARNs are well formed', () => {
    const { isValid, errorsText } = aslValidator(nightly.machine, { checkPaths: true, checkArn: true })
    expect(errorsText()).toBe('')
    expect(isValid).toBe(true)
  })

  test('keeps to what all executors share', () => {
    expect(violations(nightly.machine)).toEqual([])
  })

  test('has the states that operators and the embedded platform know', () => {
    expect(Object.keys(states).sort()).toEqual(
      [
        'StartNight',
        'Dry run?',
        'UnpackArchives',
        'UnpackArchive',
        'PlanSlices',
        'Anything to do?',
        'DryRunDone',
        'StartCrawler',
        'WaitForCrawler',
        'GetCrawler',
        'Crawler ready?',
        'Crawl succeeded?',
        'CrawlFailed',
        'Anything to profile?',
        'PointProfileAtSlices',
        'ProfileRaw',
        'GatePartitionKey',
        'CurateSlices',
        'Curate',
        'ReconcileSlice',
        'GateSlice',
        'Slice good?',
        'RegisterSlice',
        'SetAside',
        'PlanMarts',
        'BuildLevels',
        'BuildMarts',
        'PrepareMart',
        'BuildMart',
        'Another attempt?',
        'WaitBeforeAttempt',
        'MartFailed',
        'RegisterMart',
        'TestMart',
        'Publish',
        'RefreshDashboards',
        'CreateIngestion',
        'WaitForIngestion',
        'DescribeIngestion',
        'Ingestion done?',
        'IngestionDone',
        'IngestionFailed',
        'AnotherIngestion',
        'RecordRun',
        'NotifySuccess',
        'NightDone',
      ].sort(),
    )
  })

  test('stays far below the 1 MB that a definition may have', () => {
    expect(JSON.stringify(nightly.machine).length).toBeLessThan(100_000)
  })
})

describe('errors', () => {
  test('end the execution where they happen, but for those that are wanted', () => {
    const caught = Object.keys(states).flatMap((name) =>
      catchesOf(name).map(({ ErrorEquals, Next }) => [name, ...ErrorEquals, Next]),
    )
    expect(caught).toEqual([
      ['StartCrawler', 'Glue.CrawlerRunningException', 'WaitForCrawler'],
      ['BuildMart', 'States.ALL', 'Another attempt?'],
      ['CreateIngestion', 'QuickSight.ResourceExistsException', 'WaitForIngestion'],
    ])
  })

  test('leave no state that would only fail again when the execution is redriven', () => {
    expect(Object.values(states).filter(({ Type }) => Type === 'Fail')).toEqual([])
  })

  test.each([
    ['CrawlFailed', 'CrawlFailedError', 'StartCrawler'],
    ['MartFailed', 'QueryFailedError', 'PrepareMart'],
    ['IngestionFailed', 'IngestionFailedError', 'AnotherIngestion'],
  ])('that a service answers (%s) are thrown as %s, and a redrive goes on to %s', (name, error, next) => {
    expect(state(name)).toMatchObject({
      Type: 'Task',
      Resource: expect.stringMatching(/:ecomm-fail-until-redriven-dev$/),
      Parameters: { 'run.$': '$.run', error },
      ResultPath: null,
      Next: next,
    })
  })

  test('that only new input, data or code can mend are retried nowhere', () => {
    const retried = Object.keys(states).flatMap((name) =>
      retriesOf(name).flatMap((retry) => retry.ErrorEquals),
    )
    const hopeless = Object.keys(errors).filter((name) => name !== 'RetryableQueryError')
    expect(retried.filter((error) => [...hopeless, 'States.ALL'].includes(error))).toEqual([])
  })

  test('of any kind let a curation run once more, and no other task', () => {
    const wide = Object.keys(states).filter((name) =>
      JSON.stringify(retriesOf(name)).includes('States.TaskFailed'),
    )
    expect(wide).toEqual(['Curate'])
    // Behind the others: it stands for all errors but a timeout, and the first policy that fits is the one that counts.
    expect(retriesOf('Curate').at(-1)).toMatchObject({ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 })
  })

  test('of Athena that may pass are retried by the name that our functions give them', () => {
    expect(JSON.stringify(state('TestMart').Retry)).toContain('"RetryableQueryError"')
  })

  test('of Glue are retried by their names', () => {
    expect(retriesOf('Curate')[0]?.ErrorEquals).toEqual(
      expect.arrayContaining([
        'Glue.AWSGlueException',
        'Glue.ConcurrentRunsExceededException',
        'Glue.InternalServiceException',
        'Glue.ResourceNotReadyException',
        'Glue.ResourceNumberLimitExceededException',
      ]),
    )
  })
})

describe('tasks', () => {
  test('call the functions that the template has', () => {
    const called = Object.values(states)
      .map(({ Resource = '' }) => /:lambda:.*:function:(.*)$/.exec(Resource)?.[1])
      .filter((name) => name !== undefined)
    expect([...new Set(called)].sort()).toEqual(
      NIGHTLY_HANDLERS.map((handler) => nightly.names.lambda(handler)).sort(),
    )
    expect(Object.keys(nightly.functions)).toEqual(expect.arrayContaining(called))
  })

  test('give a job run more time than the job has, for a run that has to queue', () => {
    expect(state('Curate').TimeoutSeconds).toBe((60 + 30) * 60)
    expect(state('ProfileRaw').TimeoutSeconds).toBe((120 + 30) * 60)
    expect(state('Curate').Parameters).not.toHaveProperty('Timeout')
  })

  test('name the places that the catalog lays out', () => {
    const { names } = nightly
    expect(state('Curate').Parameters).toMatchObject({
      JobName: names.curateJob,
      Arguments: {
        '--manifest.$': `States.Format('s3://${names.lakeBucket}/{}', $.slice.manifest)`,
        '--curated.$': `States.Format('s3://${names.lakeBucket}/${LAKE.curatedVersion('{}')}', $.slice.version)`,
        '--metrics.$': `States.Format('s3://${names.lakeBucket}/control/runs/{}/{}.metrics.json', $.run, $.slice.slice)`,
      },
    })
  })

  test('notify the topic and ask the workgroup that lets CTAS choose a location', () => {
    const { names } = nightly
    expect(state('NotifySuccess').Parameters).toMatchObject({
      TopicArn: `arn:aws:sns:${ACCOUNT.region}:${ACCOUNT.account}:${names.operationsTopic}`,
    })
    expect(state('BuildMart').Parameters).toMatchObject({
      WorkGroup: names.martWorkgroup,
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: names.lakeDatabase },
    })
  })
})

describe('the ways through the night', () => {
  const choices = (name: string) => (state(name).Choices as { Next: string }[]).map(({ Next }) => Next)

  test('a dry run unpacks nothing and ends after the plan', () => {
    expect(choices('Dry run?')).toEqual(['PlanSlices'])
    expect(choices('Anything to do?')[0]).toBe('DryRunDone')
  })

  test('an unchanged night is only recorded; marts alone need no crawl', () => {
    expect(choices('Anything to do?')).toEqual(['DryRunDone', 'RecordRun', 'PlanMarts'])
    expect(state('Anything to do?').Default).toBe('StartCrawler')
  })

  test('a crawler that is READY has not succeeded yet', () => {
    expect(choices('Crawler ready?')).toEqual(['Crawl succeeded?'])
    expect(choices('Crawl succeeded?')).toEqual(['Anything to profile?'])
    expect(state('Crawl succeeded?').Default).toBe('CrawlFailed')
  })

  test('what Firehose persisted is curated without a profile', () => {
    expect(choices('Anything to profile?')).toEqual(['CurateSlices'])
    expect(state('Anything to profile?').Default).toBe('PointProfileAtSlices')
  })

  test('a mart is attempted three times, each at a location of its own', () => {
    expect(state('PrepareMart').Parameters).toMatchObject({
      'attempt.$': 'States.MathAdd($.build.attempt, 1)',
    })
    expect(state('Another attempt?')).toMatchObject({
      Choices: [{ Variable: '$.build.attempt', NumericLessThan: 3, Next: 'WaitBeforeAttempt' }],
      Default: 'MartFailed',
    })
  })
})
