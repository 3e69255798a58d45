import aslValidator from 'asl-validator'
import { beforeAll, describe, expect, test } from 'vitest'
import { LAKE } from '../../catalog/layout.ts'
import { type Machine, type State, statesOf } from '../../local/executor/definition.ts'
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
        'ExplainIngestion',
        'IngestionFailed',
        'RecordRun',
        'NotifySuccess',
        'NightDone',
        'RecordFailure',
        'FailureUnrecorded',
        'NotifyFailure',
        'NightFailed',
      ].sort(),
    )
  })

  test('stays far below the 1 MB that a definition may have', () => {
    expect(JSON.stringify(nightly.machine).length).toBeLessThan(100_000)
  })
})

describe('errors', () => {
  test('of every task and Map of the machine itself go to the one failure chain', () => {
    const fallible = Object.entries((nightly.machine as Machine).States).filter(([, { Type }]) =>
      ['Task', 'Map'].includes(Type),
    )
    const outside = fallible.filter(([name]) => !['RecordFailure', 'NotifyFailure'].includes(name))
    expect(outside).toHaveLength(15)
    for (const [name] of outside)
      expect([name, catchesOf(name).at(-1)]).toEqual([
        name,
        { ErrorEquals: ['States.ALL'], Next: 'RecordFailure' },
      ])
  })

  test('inside Maps end the Map, but for the attempts at a mart and an ingestion that is under way already', () => {
    const inner = [...statesOf(nightly.machine)].filter(([name]) => !(name in nightly.machine.States))
    expect(inner.filter(([, { Catch }]) => Catch).map(([name]) => name)).toEqual([
      'BuildMart',
      'CreateIngestion',
    ])
    expect(catchesOf('CreateIngestion').map(({ ErrorEquals }) => ErrorEquals)).toEqual([
      ['QuickSight.ResourceExistsException'],
    ])
  })

  test('are recorded, told and then thrown on as they were', () => {
    expect(state('RecordFailure')).toMatchObject({ Next: 'NotifyFailure', ResultPath: '$.record' })
    expect(state('NotifyFailure')).toMatchObject({ Next: 'NightFailed' })
    expect(state('NightFailed')).toMatchObject({
      Type: 'Fail',
      ErrorPath: '$.Error',
      CausePath: '$.Cause',
    })
  })

  test('of the failure chain itself do not hide why the night failed', () => {
    expect(catchesOf('RecordFailure')[0]).toMatchObject({ Next: 'FailureUnrecorded', ResultPath: '$.record' })
    expect(catchesOf('NotifyFailure')[0]).toMatchObject({ Next: 'NightFailed', ResultPath: '$.record' })
  })

  test('that only new input, data or code can mend are retried nowhere', () => {
    const hopeless = [
      'States.ALL',
      'States.TaskFailed',
      'InvalidInputError',
      'NightAlreadyRunningError',
      'ReconciliationError',
      'QualityHaltError',
      'PublicationError',
    ]
    const retried = Object.values(states).flatMap(({ Retry = [] }) =>
      (Retry as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals),
    )
    expect(retried.filter((error) => hopeless.includes(error))).toEqual([])
  })

  test('of Athena that may pass are retried by the name that our functions give them', () => {
    expect(JSON.stringify(state('TestMart').Retry)).toContain('"RetryableQueryError"')
  })

  test('of Glue are retried by their names', () => {
    expect((state('Curate').Retry as { ErrorEquals: string[] }[])[0]?.ErrorEquals).toEqual(
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
    expect(called.sort()).toEqual(NIGHTLY_HANDLERS.map((handler) => nightly.names.lambda(handler)).sort())
    expect(Object.keys(nightly.functions).sort()).toEqual(called)
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
    expect(choices('Crawl succeeded?')).toEqual(['PointProfileAtSlices'])
    expect(state('Crawl succeeded?').Default).toBe('CrawlFailed')
    expect(state('CrawlFailed')).toMatchObject({ Next: 'RecordFailure' })
    expect(state('CrawlFailed')).not.toHaveProperty('ResultPath')
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
