import { LAKE } from '../../catalog/layout.ts'
import { planRecord, type RunRecord, sliceMetrics, type Verdicts, verdicts } from './documents.ts'
import { findDocument, getDocument } from './documents-store.ts'
import { environment } from './environment.ts'
import { inParallel } from './in-parallel.ts'
import { listObjects } from './objects.ts'
import { messagesOf, worstAction } from './verdicts.ts'

type Findings = Pick<RunRecord, 'slices' | 'setAside' | 'martsBuilt' | 'warnings'>

/** What the documents of a run say it has done so far. */
export async function readRun(run: string): Promise<Findings> {
  const keys = (await listObjects(environment().lakeBucket, `${LAKE.runs}${run}/`)).map(({ key }) => key)
  const ending = (end: string) => keys.filter((key) => key.endsWith(end))
  const [slices, gates, partitionKey, tests, plan] = await Promise.all([
    inParallel(ending('.metrics.json'), 8, (key) => getDocument(sliceMetrics, key)),
    inParallel(ending('.gate.json'), 8, (key) => getDocument(verdicts, key)),
    findDocument(verdicts, LAKE.run(run, 'partition-key')),
    inParallel(ending('.tests.json'), 8, (key) => getDocument(verdicts, key)),
    findDocument(planRecord, LAKE.run(run, 'plan')),
  ])
  return {
    slices,
    setAside: gates
      .filter((gate) => worstAction(gate.verdicts) === 'quarantine')
      .map(({ subject }) => subject),
    // A mart's month that was built is tested at once: the candidate also names those that a night did not come to.
    martsBuilt: tests.length,
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
