import { LAKE } from '../../catalog/layout.ts'
import { candidate, planRecord, type RunRecord, sliceMetrics, type Verdicts, verdicts } from './documents.ts'
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
  const [slices, gates, others, plan, planned] = await Promise.all([
    inParallel(ending('.metrics.json'), 8, (key) => getDocument(sliceMetrics, key)),
    inParallel(ending('.gate.json'), 8, (key) => getDocument(verdicts, key)),
    inParallel([...ending('/partition-key.json'), ...ending('.tests.json')], 8, (key) =>
      getDocument(verdicts, key),
    ),
    findDocument(planRecord, LAKE.run(run, 'plan')),
    findDocument(candidate, LAKE.run(run, 'candidate')),
  ])
  const built = Object.values(planned?.marts ?? {}).flatMap((months) => Object.values(months))
  return {
    slices,
    setAside: gates
      .filter((gate) => worstAction(gate.verdicts) === 'quarantine')
      .map(({ subject }) => subject),
    martsBuilt: built.filter(({ version }) => version.endsWith(`@${run}`)).length,
    warnings: [...(plan?.notes ?? []), ...[...gates, ...others].flatMap(warningsOf)],
  }
}

const warningsOf = ({ subject, verdicts: all }: Verdicts): string[] =>
  (['halt', 'quarantine', 'warn'] as const)
    .flatMap((action) => messagesOf(all, action))
    .map((message) => `${subject}: ${message}`)
