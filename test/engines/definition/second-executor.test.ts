import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Machine, parentsOf } from '../../../local/executor/definition.ts'
import { writeParitySection } from '../../../scripts/parity-sections.ts'
import { type Answers, NamedError, runNightly } from '../../infra/run-nightly.ts'
import { synthesized } from '../../infra/synthesized.ts'
import { installCheckers } from './install-checkers.ts'
import { type Execution, runInMoto, type Script, type ScriptedRun } from './moto.ts'

const value = (answer: unknown) => [{ value: answer }]
const slice = (month: string) => ({
  slice: `csv-${month}`,
  version: `csv-${month}@r1`,
  manifest: `${month}.json`,
  month,
})
const night = {
  run: 'r1',
  execution: 'arn',
  startedAt: '',
  months: null,
  force: false,
  dryRun: false,
  archives: [],
}
const planOf = (...months: string[]) => ({
  changed: true,
  slices: months.map(slice),
  unchanged: [],
  profileKey: 'k',
  notes: [],
})
const mart = (name: string) => ({ mart: name, month: '2019-10' })

const prepared = (attempt: number) => ({
  queryString: 'select',
  table: 't',
  location: 'l',
  version: 'v',
  attempt,
})

const BUILT = { QueryExecution: { Statistics: { DataScannedInBytes: 7 } } }

const ALL_WELL: Script = {
  StartNight: value(night),
  PlanSlices: value(planOf('2019-10')),
  GetCrawler: value({ Crawler: { Name: 'c', State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } } }),
  ProfileRaw: value({ RunId: 'p' }),
  GateSlice: value({ action: 'pass', warnings: [] }),
  RegisterSlice: value({ slice: 'csv-2019-10', version: 'csv-2019-10@r1', outcome: 'registered' }),
  PlanMarts: value({ levels: [[mart('a')], [mart('b')]], total: 2 }),
  PrepareMart: value(prepared(1)),
  BuildMart: value(BUILT),
  Publish: value({ release: 'r1', ingestions: [{ dataSetId: 'd', ingestionId: 'r1-a' }] }),
  DescribeIngestion: value({ Ingestion: { IngestionStatus: 'COMPLETED' } }),
  RecordRun: value({ subject: 'done', message: 'all is well' }),
  CrawlFailed: [{ error: 'CrawlFailedError' }],
  MartFailed: [{ error: 'QueryFailedError' }],
  IngestionFailed: [{ error: 'IngestionFailedError' }],
}

const scripted = (answers: Script = {}, input: object = {}): ScriptedRun => ({
  input,
  answers: { ...ALL_WELL, ...answers },
})
const then = (error: string, answer: unknown) => [{ error }, { value: answer }]
const getCrawler = { Crawler: { Name: 'c', State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } } }
const crawlFailed = { Crawler: { Name: 'c', State: 'READY', LastCrawl: { Status: 'FAILED' } } }
const ingestion = (IngestionStatus: string) => ({ Ingestion: { IngestionStatus } })

const NIGHTS: Readonly<Record<string, ScriptedRun>> = {
  'all goes well': scripted(),
  'nothing has changed': scripted({ PlanSlices: value({ ...planOf(), changed: false }) }),
  'a dry run': scripted({ StartNight: value({ ...night, dryRun: true }) }, { dryRun: true }),
  'the crawler is looked at again and again': scripted({
    GetCrawler: [{ value: { Crawler: { Name: 'c', State: 'RUNNING' } } }, { value: getCrawler }],
  }),
  'a throttled call is retried': scripted({ GetCrawler: then('Glue.ThrottlingException', getCrawler) }),
  'retries run out': scripted({ GetCrawler: [{ error: 'Glue.ThrottlingException' }] }),
  'wrong input is not retried': scripted({ StartNight: [{ error: 'InvalidInputError' }] }),
  'a crawl that runs already is waited for': scripted({
    StartCrawler: [{ error: 'Glue.CrawlerRunningException' }],
  }),
  'a crawl fails': scripted({ GetCrawler: value(crawlFailed) }),
  'a crawl is made again by a redrive': scripted({
    GetCrawler: [{ value: crawlFailed }, { value: getCrawler }],
    CrawlFailed: value({}),
  }),
  'the job is killed and runs once more': scripted({ Curate: then('States.TaskFailed', {}) }),
  'the job fails twice inside the Map': scripted({ Curate: [{ error: 'States.TaskFailed' }] }),
  'counts do not add up': scripted({ ReconcileSlice: [{ error: 'ReconciliationError' }] }),
  'a slice is set aside': scripted({ GateSlice: value({ action: 'quarantine-slice', warnings: [] }) }),
  'a mart is built at the second attempt': scripted({ BuildMart: then('States.TaskFailed', BUILT) }),
  'a mart fails three times': scripted({
    BuildMart: [{ error: 'States.TaskFailed' }],
    PrepareMart: [1, 2, 3].map((attempt) => ({ value: prepared(attempt) })),
  }),
  'a data test halts the night': scripted({ TestMart: [{ error: 'QualityHaltError' }] }),
  'a mart is built after three failures by a redrive': scripted({
    PlanMarts: value({ levels: [[mart('a')]], total: 1 }),
    BuildMart: [...[1, 2, 3].map(() => ({ error: 'States.TaskFailed' })), { value: BUILT }],
    PrepareMart: [1, 2, 3, 4].map((attempt) => ({ value: prepared(attempt) })),
    MartFailed: value({}),
  }),
  'an ingestion is under way already': scripted({
    CreateIngestion: [{ error: 'QuickSight.ResourceExistsException' }],
  }),
  'an ingestion fails': scripted({ DescribeIngestion: value(ingestion('FAILED')) }),
  'an ingestion is made again by a redrive': scripted({
    DescribeIngestion: [{ value: ingestion('FAILED') }, { value: ingestion('COMPLETED') }],
    IngestionFailed: value({}),
  }),
  'Maps of several items': scripted({
    StartNight: value({
      ...night,
      archives: [
        { key: 'a', target: 'b' },
        { key: 'c', target: 'd' },
      ],
    }),
    PlanSlices: value(planOf('2019-10', '2019-11', '2019-12')),
    PlanMarts: value({ levels: [[mart('a'), mart('b'), mart('c')], [mart('d')]], total: 4 }),
  }),
}

async function runInOurs(machine: Machine, { input, answers }: ScriptedRun): Promise<Execution> {
  const calls: Record<string, number> = {}
  const answer = (state: string, script: Script[string]) => () => {
    const found = script[Math.min(calls[state] ?? 1, script.length) - 1]
    if (found && 'error' in found) throw new NamedError(found.error)
    return structuredClone(found?.value)
  }
  const handlers: Answers = Object.fromEntries(
    Object.entries(answers).map(([state, script]) => [state, () => answer(state, script)()]),
  )
  const counted = new Proxy(handlers, {
    get: (all, state: string) => (given: unknown) => {
      calls[state] = (calls[state] ?? 0) + 1
      return all[state]?.(given)
    },
  })
  const { visited, output, error } = await runNightly(machine, counted, input)
  return { status: error ? 'FAILED' : 'SUCCEEDED', visited, calls, output, error: error?.name ?? null }
}

describe('nightly in a second executor, where', () => {
  const machine = synthesized().machine
  const parents = parentsOf(machine)
  const rows: (string | number)[][] = []
  let theirs: Execution[] = []
  beforeAll(async () => {
    const { python } = await installCheckers()
    theirs = await runInMoto(python, machine, Object.values(NIGHTS))
  })
  afterAll(() => {
    if (rows.length === Object.keys(NIGHTS).length)
      writeParitySection('definition-2-executor', {
        title: 'The state machine in a second executor',
        text: `The ASL of nightly in the Step Functions of moto (Python) and in the executor of this platform, with the same scripted
answers to its tasks: the same states in the same order (inside Maps of several items: as often), the same calls,
the same end.`,
        tables: [{ columns: ['night', 'states entered', 'tasks called', 'both end'], rows }],
      })
  })

  test.each(Object.entries(NIGHTS).map(([title, run], i) => [title, run, i] as const))(
    '%s',
    async (title, run, i) => {
      const ours = await runInOurs(machine, run)
      const other = theirs[i] as Execution
      const isConcurrent = title === 'Maps of several items'
      const outside = (visited: readonly string[]) => visited.filter((state) => !parents.has(state))
      expect(outside(other.visited)).toEqual(outside(ours.visited))
      // Items of a Map run side by side: which one comes first is nobody's promise.
      const inOrder = (visited: readonly string[]) => (isConcurrent ? visited.toSorted() : visited)
      expect(inOrder(other.visited)).toEqual(inOrder(ours.visited))
      expect(other.calls).toEqual(ours.calls)
      expect(other.status).toBe(ours.status)
      // moto lets no name of Step Functions' own out of a Map.
      expect(other.error).toBe(ours.error?.startsWith('States.') ? 'States.Runtime' : ours.error)
      const calls = Object.values(ours.calls).reduce((sum, n) => sum + n, 0)
      rows.push([title, ours.visited.length, calls, ours.error ?? ours.status])
    },
  )
})
