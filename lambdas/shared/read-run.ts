import { LAKE } from '../../catalog/layout.ts'
import {
  type JobUsage,
  jobUsage,
  planRecord,
  type QueryUsage,
  queryUsage,
  type RunRecord,
  type RunUsage,
  sliceFigures,
  type Verdicts,
  verdicts,
} from './documents.ts'
import { findDocument, getDocument } from './documents-store.ts'
import { environment } from './environment.ts'
import { inParallel } from './in-parallel.ts'
import { listObjects } from './objects.ts'
import { messagesOf, worstAction } from './verdicts.ts'

type Findings = Pick<RunRecord, 'slices' | 'setAside' | 'adopted' | 'martsBuilt' | 'usage' | 'warnings'>

/** What the documents of a run say it has done so far. */
export async function readRun(run: string): Promise<Findings> {
  const keys = (await listObjects(environment().lakeBucket, `${LAKE.runs}${run}/`)).map(({ key }) => key)
  const ending = (end: string) => keys.filter((key) => key.endsWith(end))
  const [slices, gates, partitionKey, tests, plan, jobs, queries] = await Promise.all([
    inParallel(ending('.metrics.json'), 8, (key) => getDocument(sliceFigures, key)),
    inParallel(ending('.gate.json'), 8, (key) => getDocument(verdicts, key)),
    findDocument(verdicts, LAKE.run(run, 'partition-key')),
    inParallel(ending('.tests.json'), 8, (key) => getDocument(verdicts, key)),
    findDocument(planRecord, LAKE.run(run, 'plan')),
    inParallel(ending('.job.json'), 8, (key) => getDocument(jobUsage, key)),
    inParallel(ending('.query.json'), 8, (key) => getDocument(queryUsage, key)),
  ])
  return {
    slices,
    setAside: gates
      .filter((gate) => worstAction(gate.verdicts) === 'quarantine')
      .map(({ subject }) => subject),
    adopted: Object.values(plan?.adopted ?? {}).map(({ version }) => version),
    // A mart's month that was built is tested at once: the candidate also names those that a night did not come to.
    martsBuilt: tests.length,
    usage: usageOf(jobs, queries, tests),
    warnings: [
      ...(plan?.notes ?? []),
      ...[...gates, ...(partitionKey ? [partitionKey] : []), ...tests].flatMap(warningsOf),
    ],
  }
}

const warningsOf = ({ subject, verdicts: all }: Verdicts): string[] =>
  (['halt', 'quarantine', 'warn'] as const)
    .flatMap((action) => messagesOf(all, action))
    .map((message) => `${subject}: ${message}`)

function usageOf(
  jobs: readonly JobUsage[],
  queries: readonly QueryUsage[],
  tests: readonly Verdicts[],
): RunUsage {
  const dpuSeconds = jobs.map((job) => job.dpuSeconds)
  return {
    jobSeconds: sum(jobs.map(({ seconds }) => seconds)),
    dpuSeconds: dpuSeconds.includes(null) ? null : sum(dpuSeconds.map(Number)),
    bytesScanned: sum([...queries, ...tests].map(({ bytesScanned = 0 }) => bytesScanned)),
    built: queries.map(({ bytesScanned }) => bytesScanned),
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
