import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Machine, parentsOf, statesOf } from '../../../local/executor/definition.ts'
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
const night = { run: 'r1', startedAt: '', months: null, force: false, dryRun: false, archives: [] }
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

const ALL_WELL: Script = {
  StartNight: value(night),
  PlanSlices: value(planOf('2019-10')),
  GetCrawler: value({ Crawler: { Name: 'c', State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } } }),
  ProfileRaw: value({ RunId: 'p' }),
  GateSlice: value({ action: 'pass', warnings: [] }),
  RegisterSlice: value({ slice: 'csv-2019-10', version: 'csv-2019-10@r1', outcome: 'registered' }),
  PlanMarts: value({ levels: [[mart('a')], [mart('b')]], total: 2 }),
  PrepareMart: value(prepared(1)),
  Publish: value({ release: 'r1', ingestions: [{ dataSetId: 'd', ingestionId: 'r1-a' }] }),
  DescribeIngestion: value({ Ingestion: { IngestionStatus: 'COMPLETED' } }),
  RecordRun: value({ subject: 'done', message: 'all is well' }),
  RecordFailure: value({ subject: 'failed', message: 'it failed' }),
}

const scripted = (answers: Script = {}, input: object = {}): ScriptedRun => ({
  input,
  answers: { ...ALL_WELL, ...answers },
})
const then = (error: string, answer: unknown) => [{ error }, { value: answer }]
const getCrawler = { Crawler: { Name: 'c', State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } } }

/** aws-local-stepfunctions still enters what is queued behind an item that failed; Step Functions and moto don't. */
const ONE_LEVEL = value({ levels: [[mart('a')]], total: 1 })

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
  'the job fails inside the Map': scripted({ Curate: [{ error: 'States.TaskFailed' }] }),
  'counts do not add up': scripted({ ReconcileSlice: [{ error: 'ReconciliationError' }] }),
  'a slice is set aside': scripted({ GateSlice: value({ action: 'quarantine-slice', warnings: [] }) }),
  'a mart is built at the second attempt': scripted({ BuildMart: then('States.TaskFailed', {}) }),
  'a mart fails three times': scripted({
    PlanMarts: ONE_LEVEL,
    BuildMart: [{ error: 'States.TaskFailed' }],
    PrepareMart: [1, 2, 3].map((attempt) => ({ value: prepared(attempt) })),
  }),
  'a data test halts the night': scripted({
    PlanMarts: ONE_LEVEL,
    TestMart: [{ error: 'QualityHaltError' }],
  }),
  'an ingestion fails': scripted({ DescribeIngestion: value({ Ingestion: { IngestionStatus: 'FAILED' } }) }),
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
  const types = new Map([...statesOf(machine)].map(([name, { Type }]) => [name, Type]))
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
      // aws-local-stepfunctions doesn't tell that a Fail state inside a Map was entered.
      const told = (visited: readonly string[]) =>
        visited.filter((state) => !(parents.has(state) && types.get(state) === 'Fail'))
      const outside = (visited: readonly string[]) => visited.filter((state) => !parents.has(state))
      expect(outside(other.visited)).toEqual(outside(ours.visited))
      // Items of a Map run side by side: which one comes first is nobody's promise.
      const inOrder = (visited: readonly string[]) =>
        isConcurrent ? told(visited).toSorted() : told(visited)
      expect(inOrder(other.visited)).toEqual(inOrder(ours.visited))
      expect(other.calls).toEqual(ours.calls)
      expect(other.status).toBe(ours.status)
      // In a Fail state moto takes no name of Step Functions' own.
      expect(other.error).toBe(ours.error?.startsWith('States.') ? 'States.Runtime' : ours.error)
      const calls = Object.values(ours.calls).reduce((sum, n) => sum + n, 0)
      rows.push([title, ours.visited.length, calls, ours.error ?? ours.status])
    },
  )
})
