import { LAKE } from '../../catalog/layout.ts'
import { assumed } from '../../cost/assumptions.ts'
import { curationSeconds, expectedPolls, profileSeconds, TRANSITIONS } from '../../cost/night.ts'
import { dpusOf, type Sizing } from '../../cost/sizing.ts'
import type { UsageLine } from '../../cost/usage.ts'
import {
  jobUsage,
  queryUsage,
  type SliceMetrics,
  sliceMetrics,
  verdicts,
} from '../../lambdas/shared/documents.ts'
import { runOf } from '../../lambdas/shared/run-id.ts'
import type { Lake } from '../cli/open-lake.ts'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import type { Sizes } from '../executor/sizes.ts'
import { type HistoryUse, historyUse } from './history-use.ts'

interface Place {
  readonly lake: Lake
  readonly execution: ExecutionRecord
  /** Of the environment for which the run is estimated. */
  readonly sizes: Sizes
  readonly sizing: Sizing
  /** The function's name there, of its name here. */
  readonly functionThere: (name: string) => string
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/**
 * What a run on this machine would have used on AWS. Steps, invocations, rows, files and bytes are those of the run;
 * how long AWS takes for them is assumed, because DuckDB on this machine says nothing of it.
 */
export async function runUsage(place: Place): Promise<UsageLine[]> {
  const { lake, execution, sizing } = place
  const run = runOf(execution.name)
  const used = historyUse(lake.executions.history(execution.machine, execution.name))
  const keys = await lake.documents(`${LAKE.runs}${run}/`)
  const slices = (await documents(lake, keys, '.metrics.json', sliceMetrics)).map(({ document }) => document)
  const curated = await Promise.all(slices.map((slice) => curation(lake, run, slice, sizing)))
  const rows = sum(slices.map(({ read }) => read))
  return [
    ...steps(used),
    ...invocations(used, place),
    ...(used.visits.has('StartCrawler')
      ? [{ kind: 'crawl', dpus: assumed('crawlerDpus'), seconds: assumed('crawlSeconds') } as const]
      : []),
    ...(used.visits.has('ProfileRaw')
      ? [
          {
            kind: 'profile',
            nodes: sizing.profileNodes,
            seconds: profileSeconds(rows, sizing),
          } as const,
        ]
      : []),
    ...curated,
    ...(await queries(lake, keys, slices)),
    ...(await storage(lake, run, slices, used)),
    { kind: 'logs', gigabytes: slices.length > 0 ? assumed('logBytes') / 1e9 : 0 },
    { kind: 'mails', count: 1, source: 'measured' },
  ]
}

/** What was passed here, and the rounds of waiting that AWS would add. */
function steps({ transitions, visits }: HistoryUse): UsageLine[] {
  const ingestions = visits.get('CreateIngestion') ?? 0
  const expected = expectedPolls({ ingestions })
  const more = (expectedCount: number, state: string): number =>
    Math.max(0, expectedCount - (visits.get(state) ?? 0))
  const waits =
    (visits.has('GetCrawler') ? more(expected.crawl, 'GetCrawler') * TRANSITIONS.crawlPoll : 0) +
    more(expected.ingestions, 'DescribeIngestion') * TRANSITIONS.ingestionPoll
  return [
    { kind: 'transitions', count: transitions, source: 'measured' },
    ...(waits > 0 ? [{ kind: 'transitions', count: waits } as const] : []),
  ]
}

const invocations = ({ invocations: counts }: HistoryUse, { sizes, functionThere }: Place): UsageLine[] =>
  [...counts].map(([name, requests]) => ({
    kind: 'lambda',
    requests,
    memoryMb: sizes.functions[functionThere(name)] ?? assumed('lambdaMemory'),
    milliseconds: requests * assumed('lambdaMilliseconds'),
  }))

/** Where Glue itself has counted DPU-seconds, those; else by the rows and by what the largest category leaves to one task. */
async function curation(
  lake: Lake,
  run: string,
  { slice, read, curated, largestCategory }: SliceMetrics,
  sizing: Sizing,
): Promise<UsageLine> {
  const job = await lake.document(LAKE.run(run, `${slice}.job`), jobUsage)
  if (job?.dpuSeconds) return { kind: 'glue-dpu-seconds', dpuSeconds: job.dpuSeconds, source: 'measured' }
  const largestShare = curated > 0 ? (largestCategory?.rows ?? 0) / curated : 0
  return {
    kind: 'glue-job',
    dpus: dpusOf(sizing),
    seconds: curationSeconds({ rows: read, largestShare }, sizing),
  }
}

/** The statements that built marts and those that tested them. The embedded engine counts whole files: an upper bound. */
async function queries(
  lake: Lake,
  keys: readonly string[],
  slices: readonly SliceMetrics[],
): Promise<UsageLine[]> {
  const built = await documents(lake, keys, '.query.json', queryUsage)
  const tested = await documents(lake, keys, '.tests.json', verdicts)
  const unknown = tested.length - built.length
  return [
    ...[...built, ...tested].map(
      ({ document: { bytesScanned = 0 } }) =>
        ({ kind: 'athena', bytes: bytesScanned, source: 'measured' }) as const,
    ),
    // A run of a version that did not count: as if each mart had read all that was curated.
    ...(unknown > 0
      ? [{ kind: 'athena', queries: unknown, bytes: sum(slices.map(({ bytes }) => bytes)) } as const]
      : []),
  ]
}

/** What it wrote, for the first month, and the requests for that. */
async function storage(
  lake: Lake,
  run: string,
  slices: readonly SliceMetrics[],
  { visits }: HistoryUse,
): Promise<UsageLine[]> {
  const { objects, names } = lake.platform
  const { objects: martFiles } = await objects.list(names.lakeBucket, LAKE.marts)
  const own = martFiles.filter(({ key }) => key.includes(`@${run}/`))
  const bytes = sum([...slices.map((slice) => slice.bytes), ...own.map(({ size }) => size)])
  const files = sum(slices.map((slice) => slice.files))
  return [
    { kind: 's3-storage', gigabyteMonths: bytes / 1e9, source: 'measured' },
    {
      kind: 's3-requests',
      puts: files * assumed('putsPerFile'),
      gets: (visits.get('BuildMart') ?? 0) * files * assumed('getsPerFile'),
    },
  ]
}

async function documents<S extends Parameters<Lake['document']>[1]>(
  lake: Lake,
  keys: readonly string[],
  end: string,
  schema: S,
) {
  const found = await Promise.all(
    keys
      .filter((key) => key.endsWith(end))
      .map(async (key) => ({ key, document: await lake.document<S>(key, schema) })),
  )
  return found.flatMap(({ key, document }) => (document === undefined ? [] : [{ key, document }]))
}
