import type { Script, ScriptedRun } from './moto.ts'
import { fails, failsOnce, value } from './script.ts'

type Runs = Readonly<Record<string, ScriptedRun>>

/** Runs that answer as `all` says, but for what each says itself. */
export const runsOf = (all: Script, runs: Readonly<Record<string, Script>>): Runs =>
  Object.fromEntries(
    Object.entries(runs).map(([what, own]) => [what, { input: {}, answers: { ...all, ...own } }]),
  )

const told = value({ subject: 's', message: 'm' })
const notRunning = value({ isRunning: false, night: null })
const waitsOnce = [{ value: { isRunning: true, night: 'n1' } }, { value: { isRunning: false, night: null } }]

const order = {
  execution: 'arn:backfill',
  run: 'backfill-b1',
  startedAt: '',
  from: '2019-10',
  to: '2019-11',
  force: true,
  months: ['2019-10', '2019-11'],
  missing: [],
}

export const BACKFILLS = runsOf(
  {
    StartBackfill: value(order),
    CheckNight: notRunning,
    CheckPublication: notRunning,
    BackfillMonth: value({ ExecutionArn: 'arn:month', Output: { month: '2019-10', curated: [] } }),
    PublishMonths: value({ ExecutionArn: 'arn:night', Output: { what: 'ever' } }),
    RecordBackfill: told,
  },
  {
    'all goes well': {},
    'nights are waited for': { CheckNight: waitsOnce, CheckPublication: waitsOnce },
    'a child finds no room and is started again': {
      StartBackfill: value({ ...order, months: ['2019-10'] }),
      BackfillMonth: failsOnce('StepFunctions.ExecutionLimitExceededException', {
        ExecutionArn: 'arn:month',
        Output: { month: '2019-10', curated: [] },
      }),
    },
    'a month fails': {
      StartBackfill: value({ ...order, months: ['2019-10'] }),
      BackfillMonth: fails('States.TaskFailed'),
    },
    'publication is held': { CheckPublication: fails('PublicationHeldError') },
    'no month has files': { StartBackfill: value({ ...order, months: [] }) },
  },
)

const slice = (month: string) => ({
  slice: `csv-${month}`,
  version: `csv-${month}@month-1`,
  manifest: `${month}.json`,
  month,
})
const planned = (...months: string[]) =>
  value({ changed: true, slices: months.map(slice), unchanged: [], profileKey: 'k', notes: [] })

export const BACKFILL_MONTHS = runsOf(
  {
    StartMonth: value({
      execution: 'arn:month',
      run: 'month-1',
      startedAt: '',
      months: ['2019-10'],
      force: false,
      dryRun: false,
      archives: [{ key: 'a', target: 'b' }],
    }),
    PlanSlices: planned('2019-10'),
    GateSlice: value({ action: 'pass', warnings: [] }),
    RegisterSlice: value({ slice: 'csv-2019-10', version: 'csv-2019-10@month-1', outcome: 'registered' }),
    FinishMonth: value({ month: '2019-10', run: 'month-1', curated: [] }),
  },
  {
    'all goes well': {},
    'nothing has changed': { PlanSlices: planned() },
    'several slices': { PlanSlices: planned('2019-10', '2019-11', '2019-12') },
    'the job is killed and runs once more': { Curate: failsOnce('States.TaskFailed', {}) },
    'a slice is set aside': { GateSlice: value({ action: 'quarantine', warnings: [] }) },
    'the gate halts': { GateSlice: fails('QualityHaltError') },
  },
)

const back = {
  run: 'rollback-x1',
  execution: 'arn:x1',
  startedAt: '',
  resumes: false,
  target: 'r1',
  from: 'r3',
  reason: null,
  held: null,
}
const ingestion = (IngestionStatus: string) => ({ Ingestion: { IngestionStatus } })

export const ROLLBACKS = runsOf(
  {
    StartRollback: value(back),
    RollBack: value({ release: 'r1', ingestions: [{ dataSetId: 'd', ingestionId: 'i' }], warnings: [] }),
    DescribeIngestion: value(ingestion('COMPLETED')),
    RecordRollback: told,
    IngestionFailed: fails('IngestionFailedError'),
  },
  {
    'all goes well': {},
    'the hold ends': { StartRollback: value({ ...back, resumes: true, target: null }) },
    'a release can’t be shown again': { StartRollback: fails('InvalidInputError') },
    'an ingestion is looked at again': {
      DescribeIngestion: [{ value: ingestion('RUNNING') }, { value: ingestion('COMPLETED') }],
    },
    'an ingestion is under way already': { CreateIngestion: fails('QuickSight.ResourceExistsException') },
    'an ingestion fails': { DescribeIngestion: value(ingestion('FAILED')) },
  },
)

const plan = {
  run: 'vacuum-v1',
  execution: 'arn:v1',
  startedAt: '',
  dryRun: false,
  chunks: [
    { from: 0, to: 50 },
    { from: 50, to: 60 },
  ],
}

export const VACUUMS = runsOf(
  {
    PlanVacuum: value(plan),
    RemoveChunk: value({ partitions: 0, objects: 50, bytes: 0, spared: [] }),
    RecordVacuum: told,
  },
  {
    'all goes well': {},
    'it is dry': { PlanVacuum: value({ ...plan, dryRun: true }) },
    'there is nothing to remove': { PlanVacuum: value({ ...plan, chunks: [] }) },
    'a throttled call is retried': { MarkReleases: failsOnce('SlowDown', {}) },
    'a chunk fails': {
      PlanVacuum: value({ ...plan, chunks: [{ from: 0, to: 1 }] }),
      RemoveChunk: fails('StorageError'),
    },
  },
)
