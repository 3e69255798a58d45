import { beforeAll, describe, expect, test } from 'vitest'
import { type Machine, statesOf } from '../../local/executor/definition.ts'
import { type Answers, NamedError, runNightly } from './run-nightly.ts'
import { synthesized } from './synthesized.ts'

let machine: Machine
beforeAll(() => {
  machine = synthesized().machine
})

const slice = (month: string) => ({
  slice: `csv-${month}`,
  source: 'csv',
  month,
  version: `csv-${month}@r1`,
  manifest: `control/runs/r1/csv-${month}.manifest.json`,
  files: 1,
  bytes: 1,
})
const night = {
  run: 'r1',
  execution: 'arn:night-1',
  startedAt: '2026-01-01T02:00:00Z',
  months: null,
  force: false,
  dryRun: false,
  archives: [],
}
const plan = {
  changed: true,
  slices: [slice('2019-10'), slice('2019-11')],
  unchanged: [],
  profileKey: 'k',
  notes: [],
}

/** As Athena describes a query that has run. */
const built = { QueryExecution: { Query: 'CREATE TABLE …', Statistics: { DataScannedInBytes: 7 } } }

/** What fail-until-redriven does in an execution that was not redriven. */
const unredriven = ({ error, cause }: { error: string; cause: string }) => {
  throw new NamedError(error, cause)
}

/** A night in which two slices changed, two marts are stale in two levels, and all goes well. */
const allWell = (): Answers => ({
  StartNight: () => night,
  Curate: () => ({ Id: 'jr_1', ExecutionTime: 60 }),
  BuildMart: () => built,
  PlanSlices: () => plan,
  GetCrawler: () => ({ Crawler: { Name: 'c', State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } } }),
  ProfileRaw: () => ({ RunId: 'profile-1' }),
  GateSlice: () => ({ action: 'pass', warnings: [] }),
  RegisterSlice: ({ slice: { slice, version } }) => ({ slice, version, outcome: 'registered' }),
  PlanMarts: () => ({
    levels: [[{ mart: 'a', month: '2019-10' }], [{ mart: 'b', month: '2019-10' }]],
    total: 2,
  }),
  PrepareMart: ({ mart, attempt }) => ({
    queryString: `CREATE TABLE ${mart}`,
    table: `tmp_${mart}`,
    location: `marts/${mart}/${attempt}/`,
    version: '2019-10@r1',
    attempt,
  }),
  Publish: () => ({ release: 'r1', ingestions: [{ dataSetId: 'd', ingestionId: 'r1-a' }] }),
  DescribeIngestion: () => ({ Ingestion: { IngestionStatus: 'COMPLETED' } }),
  RecordRun: () => ({ subject: 'done', message: 'all is well' }),
  CrawlFailed: unredriven,
  MartFailed: unredriven,
  IngestionFailed: unredriven,
})
const run = (answers: Answers = {}, input: object = {}) =>
  runNightly(machine, { ...allWell(), ...answers }, input)
const inputsOf = (given: [string, unknown][], state: string) =>
  given.filter(([name]) => name === state).map(([, input]) => input)

describe('a night', () => {
  test('in which all goes well publishes, refreshes dashboards, records and tells', async () => {
    const { visited, given, error } = await run()
    expect(error).toBeUndefined()
    expect(visited.at(-1)).toBe('NightDone')
    expect(inputsOf(given, 'NotifySuccess')).toMatchObject([{ Subject: 'done', Message: 'all is well' }])
    expect(inputsOf(given, 'CreateIngestion')).toMatchObject([
      { DataSetId: 'd', IngestionId: 'r1-a', IngestionType: 'FULL_REFRESH' },
    ])
  })

  test('gives the execution to the guard, and what was planned to all that follow', async () => {
    const { given } = await run({}, { months: ['2019-10'] })
    expect(inputsOf(given, 'StartNight')).toEqual([
      {
        execution: 'arn:night-1',
        name: 'night-1',
        startedAt: expect.any(String),
        input: { months: ['2019-10'] },
      },
    ])
    expect(inputsOf(given, 'GatePartitionKey')).toMatchObject([{ ...night, profile: { runId: 'profile-1' } }])
    expect(inputsOf(given, 'Curate')).toMatchObject([
      {
        Arguments: {
          '--manifest': 's3://ecommerce-lake-us-east-1-dev/control/runs/r1/csv-2019-10.manifest.json',
          '--curated': 's3://ecommerce-lake-us-east-1-dev/curated/version=csv-2019-10@r1/',
          '--quarantine': 's3://ecommerce-lake-us-east-1-dev/quarantine/version=csv-2019-10@r1/',
          '--metrics': 's3://ecommerce-lake-us-east-1-dev/control/runs/r1/csv-2019-10.metrics.json',
        },
      },
      { Arguments: { '--curated': 's3://ecommerce-lake-us-east-1-dev/curated/version=csv-2019-11@r1/' } },
    ])
  })

  test('that is dry unpacks nothing and ends after the plan', async () => {
    const { visited } = await run({
      StartNight: () => ({ ...night, dryRun: true, archives: [{ key: 'a', target: 'b' }] }),
    })
    expect(visited).toEqual(['StartNight', 'Dry run?', 'PlanSlices', 'Anything to do?', 'DryRunDone'])
  })

  test('unpacks each archive', async () => {
    const archives = [
      { key: 'a.zip', target: 'a.csv' },
      { key: 'b.zip', target: 'b.csv' },
    ]
    const { given } = await run({ StartNight: () => ({ ...night, archives }) })
    expect(inputsOf(given, 'UnpackArchive')).toEqual(
      archives.map((archive) => ({ run: 'r1', execution: 'arn:night-1', archive })),
    )
  })

  test('without changes is recorded and told', async () => {
    const { visited } = await run({ PlanSlices: () => ({ ...plan, changed: false, slices: [] }) })
    expect(visited.slice(-4)).toEqual(['Anything to do?', 'RecordRun', 'NotifySuccess', 'NightDone'])
  })

  test('in which only marts are stale neither crawls nor curates', async () => {
    const { visited } = await run({ PlanSlices: () => ({ ...plan, slices: [], profileKey: '' }) })
    expect(visited).toEqual(expect.arrayContaining(['PlanMarts', 'Publish', 'NightDone']))
    expect(visited).not.toContain('StartCrawler')
  })

  test('in which only the stream has grown crawls and curates, and profiles nothing', async () => {
    const { visited } = await run({ PlanSlices: () => ({ ...plan, profileKey: '', curates: true }) })
    expect(visited).toEqual(
      expect.arrayContaining(['StartCrawler', 'Anything to profile?', 'CurateSlices', 'Publish']),
    )
    expect(visited).not.toContain('ProfileRaw')
  })
})

test('every function of a night is told its execution, and what its job or its query has used', async () => {
  const archives = [{ key: 'a.zip', target: 'a.csv' }]
  const { given } = await run({ StartNight: () => ({ ...night, archives }) })
  const isFunction = (state: string) =>
    [...statesOf(machine)].some(
      ([name, { Resource = '' }]) => name === state && Resource.includes(':lambda:'),
    )
  const told = given.filter(([state]) => isFunction(state))
  expect(told.length).toBeGreaterThan(15)
  for (const [state, input] of told) expect(input, state).toMatchObject({ execution: 'arn:night-1' })
  expect(inputsOf(given, 'ReconcileSlice')).toMatchObject([
    { job: { Id: 'jr_1', ExecutionTime: 60 } },
    { job: { Id: 'jr_1' } },
  ])
})

describe('the crawler', () => {
  test('that somebody else started is waited for', async () => {
    let asked = 0
    const { visited, error } = await run({
      StartCrawler: () => {
        throw new NamedError('Glue.CrawlerRunningException')
      },
      GetCrawler: () => {
        asked += 1
        return {
          Crawler: asked < 3 ? { State: 'RUNNING' } : { State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } },
        }
      },
    })
    expect(error).toBeUndefined()
    expect(visited.filter((name) => name === 'WaitForCrawler')).toHaveLength(3)
  })

  test.each([
    [
      'that failed',
      { State: 'READY', LastCrawl: { Status: 'FAILED', ErrorMessage: 'no access' } },
      /no access/,
    ],
    ['that has never crawled', { State: 'READY' }, /its last crawl did not succeed/],
  ])('%s fails the night', async (_, Crawler, cause) => {
    const { error, visited } = await run({ GetCrawler: () => ({ Crawler }) })
    expect(error).toMatchObject({ name: 'CrawlFailedError', cause: expect.stringMatching(cause) })
    expect(visited.at(-1)).toBe('CrawlFailed')
  })

  test('that failed crawls again when the night is redriven', async () => {
    let crawls = 0
    const { error, visited } = await run({
      StartCrawler: () => {
        crawls += 1
        return {}
      },
      GetCrawler: () => ({
        Crawler: { State: 'READY', LastCrawl: { Status: crawls > 1 ? 'SUCCEEDED' : 'FAILED' } },
      }),
      CrawlFailed: () => ({}),
    })
    expect(error).toBeUndefined()
    expect(crawls).toBe(2)
    expect(visited.at(-1)).toBe('NightDone')
  })
})

describe('slices', () => {
  test('that are not good are set aside, the others go on', async () => {
    const { given } = await run({
      GateSlice: ({ slice: { month } }) => ({ action: month === '2019-10' ? 'quarantine' : 'warn' }),
    })
    expect(inputsOf(given, 'PlanMarts')).toMatchObject([
      {
        curated: [
          { slice: 'csv-2019-10', version: 'csv-2019-10@r1', outcome: 'set-aside' },
          { slice: 'csv-2019-11', version: 'csv-2019-11@r1', outcome: 'registered' },
        ],
      },
    ])
  })

  test('that halt the night do so at once, without another attempt', async () => {
    const { given, error } = await run({
      GateSlice: () => {
        throw new NamedError('QualityHaltError', 'csv-2019-10: no row passed')
      },
    })
    expect(error).toEqual({ name: 'QualityHaltError', cause: 'csv-2019-10: no row passed' })
    expect(inputsOf(given, 'GateSlice').length).toBeLessThanOrEqual(2)
    expect(inputsOf(given, 'Publish')).toEqual([])
  })

  test.each([
    [1, undefined],
    [2, { name: 'States.TaskFailed', cause: 'killed' }],
  ])('whose job is killed %i times', async (kills, expected) => {
    let killed = 0
    const { error, given } = await run({
      PlanSlices: () => ({ ...plan, slices: [slice('2019-10')] }),
      Curate: () => {
        killed += 1
        if (killed <= kills) throw new NamedError('States.TaskFailed', 'killed')
        return {}
      },
    })
    expect(error).toEqual(expected)
    expect(inputsOf(given, 'Curate')).toHaveLength(2)
  })

  test('whose job finds no capacity are tried again', async () => {
    let refused = 0
    const { error } = await run({
      Curate: () => {
        refused += 1
        if (refused <= 2) throw new NamedError('Glue.ConcurrentRunsExceededException')
        return {}
      },
    })
    expect(error).toBeUndefined()
  })
})

describe('marts', () => {
  test('are built in the order of their levels and tested before the next level', async () => {
    const { given } = await run()
    const steps = given
      .filter(([name]) => ['BuildMart', 'RegisterMart', 'TestMart'].includes(name))
      .map(([name]) => name)
    expect(steps).toEqual(['BuildMart', 'RegisterMart', 'TestMart', 'BuildMart', 'RegisterMart', 'TestMart'])
  })

  test('that fail are built again elsewhere', async () => {
    let failed = 0
    const { given, error } = await run({
      BuildMart: () => {
        failed += 1
        if (failed <= 2) throw new NamedError('States.TaskFailed', 'out of resources')
        return built
      },
    })
    expect(error).toBeUndefined()
    expect(inputsOf(given, 'PrepareMart').slice(0, 3)).toMatchObject([
      { attempt: 1 },
      { attempt: 2 },
      { attempt: 3 },
    ])
    expect(inputsOf(given, 'RegisterMart')[0]).toEqual({
      run: 'r1',
      execution: 'arn:night-1',
      statistics: { DataScannedInBytes: 7 },
      mart: 'a',
      month: '2019-10',
      table: 'tmp_a',
      location: 'marts/a/3/',
      version: '2019-10@r1',
      attempt: 3,
    })
  })

  test('that fail three times fail the night with their own error, and nothing is published', async () => {
    const { given, error } = await run({
      BuildMart: () => {
        throw new NamedError('States.TaskFailed', 'SYNTAX_ERROR')
      },
    })
    expect(error).toEqual({ name: 'QueryFailedError', cause: 'SYNTAX_ERROR' })
    expect(inputsOf(given, 'BuildMart')).toHaveLength(3)
    expect(inputsOf(given, 'MartFailed')).toEqual([
      {
        run: 'r1',
        execution: 'arn:night-1',
        what: 'a-2019-10',
        error: 'QueryFailedError',
        caught: 'States.TaskFailed',
        cause: 'SYNTAX_ERROR',
      },
    ])
    expect(inputsOf(given, 'Publish')).toEqual([])
  })

  test('that failed are built once more when the night is redriven', async () => {
    let failed = 0
    const { given, error } = await run({
      BuildMart: () => {
        failed += 1
        if (failed <= 3) throw new NamedError('States.TaskFailed', 'SYNTAX_ERROR')
        return built
      },
      MartFailed: () => ({}),
    })
    expect(error).toBeUndefined()
    expect(inputsOf(given, 'PrepareMart').slice(0, 4)).toMatchObject(
      [1, 2, 3, 4].map((attempt) => ({ attempt })),
    )
  })
})

describe('dashboards', () => {
  test('that an earlier attempt began to refresh are only waited for', async () => {
    const { error, visited } = await run({
      CreateIngestion: () => {
        throw new NamedError('QuickSight.ResourceExistsException')
      },
    })
    expect(error).toBeUndefined()
    expect(visited).toContain('IngestionDone')
  })

  test('that can not be refreshed fail the night, but the release is published', async () => {
    const { error } = await run({
      DescribeIngestion: () => ({ Ingestion: { IngestionStatus: 'CANCELLED' } }),
    })
    expect(error).toMatchObject({
      name: 'IngestionFailedError',
      cause: expect.stringMatching(
        /^SPICE ingestion r1-a of data set d ended CANCELLED: the release is published, dashboards show the former one\./,
      ),
    })
  })

  test('that could not be refreshed are refreshed under another id when the night is redriven', async () => {
    const { error, given } = await run({
      DescribeIngestion: ({ IngestionId }) => ({
        Ingestion: { IngestionStatus: IngestionId === 'r1-a-2' ? 'COMPLETED' : 'FAILED' },
      }),
      IngestionFailed: () => ({}),
    })
    expect(error).toBeUndefined()
    expect(inputsOf(given, 'IngestionFailed')).toMatchObject([{ run: 'r1', what: 'd' }])
    expect(inputsOf(given, 'CreateIngestion')).toMatchObject([
      { DataSetId: 'd', IngestionId: 'r1-a' },
      { DataSetId: 'd', IngestionId: 'r1-a-2' },
    ])
  })

  test('say why, where QuickSight does', async () => {
    const ErrorInfo = { Type: 'SQL_EXCEPTION', Message: 'no such column' }
    const { error } = await run({
      DescribeIngestion: () => ({ Ingestion: { IngestionStatus: 'FAILED', ErrorInfo } }),
    })
    expect(error?.cause).toContain('no such column')
  })

  test('that are not there are not refreshed', async () => {
    const { given, error } = await run({ Publish: () => ({ release: 'r1', ingestions: [] }) })
    expect(error).toBeUndefined()
    expect(inputsOf(given, 'CreateIngestion')).toEqual([])
  })
})

describe('a failure', () => {
  test.each([[{}], [[]], ['2019-10']])(
    'of the very first step, given %j, ends the night as it is',
    async (input) => {
      const { visited, error } = await run(
        {
          StartNight: () => {
            throw new NamedError('InvalidInputError', 'month 2019-13')
          },
        },
        input as never,
      )
      expect(error).toEqual({ name: 'InvalidInputError', cause: 'month 2019-13' })
      expect(visited).toEqual(['StartNight'])
    },
  )
})
