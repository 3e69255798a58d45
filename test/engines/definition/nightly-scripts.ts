import type { Script, ScriptedRun } from './moto.ts'
import { failsOnce, value } from './script.ts'

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
const getCrawler = { Crawler: { Name: 'c', State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } } }
const crawlFailed = { Crawler: { Name: 'c', State: 'READY', LastCrawl: { Status: 'FAILED' } } }
const ingestion = (IngestionStatus: string) => ({ Ingestion: { IngestionStatus } })

/** Nights by what happens in them. */
export const NIGHTS: Readonly<Record<string, ScriptedRun>> = {
  'all goes well': scripted(),
  'nothing has changed': scripted({ PlanSlices: value({ ...planOf(), changed: false }) }),
  'a dry run': scripted({ StartNight: value({ ...night, dryRun: true }) }, { dryRun: true }),
  'only the stream has grown': scripted({
    PlanSlices: value({ ...planOf('2019-10'), profileKey: '', curates: true }),
  }),
  'only marts are stale': scripted({
    PlanSlices: value({ ...planOf(), profileKey: '', curates: false }),
  }),
  'the crawler is looked at again and again': scripted({
    GetCrawler: [{ value: { Crawler: { Name: 'c', State: 'RUNNING' } } }, { value: getCrawler }],
  }),
  'a throttled call is retried': scripted({ GetCrawler: failsOnce('Glue.ThrottlingException', getCrawler) }),
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
  'the job is killed and runs once more': scripted({ Curate: failsOnce('States.TaskFailed', {}) }),
  'the job fails twice inside the Map': scripted({ Curate: [{ error: 'States.TaskFailed' }] }),
  'counts do not add up': scripted({ ReconcileSlice: [{ error: 'ReconciliationError' }] }),
  'a slice is set aside': scripted({ GateSlice: value({ action: 'quarantine-slice', warnings: [] }) }),
  'a mart is built at the second attempt': scripted({ BuildMart: failsOnce('States.TaskFailed', BUILT) }),
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
