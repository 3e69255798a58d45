import { quarantinedRows } from '../../catalog/events.ts'
import { LAKE } from '../../catalog/layout.ts'
import type { Verdict } from '../shared/documents.ts'
import { currentRelease, putDocument } from '../shared/documents-store.ts'
import type { PlannedSlice } from '../shared/night-state.ts'
import { addPartitions } from '../shared/partitions.ts'
import { metricsOf } from '../shared/slice-documents.ts'
import type { Overrides } from '../shared/thresholds.ts'
import { haltWhereAsked, messagesOf, worstAction } from '../shared/verdicts.ts'
import { findReference } from './find-reference.ts'
import { judge } from './judge.ts'
import { milder } from './milder.ts'
import { SLICE_RULES } from './rules.ts'

interface SliceGate {
  readonly action: Verdict['action']
  readonly warnings: string[]
}

/**
 * Records the verdict of every rule, makes rejected rows queryable, and answers with the most severe action. Throws where
 * that is to halt.
 */
export async function gateSlice(
  run: string,
  planned: PlannedSlice,
  thresholds: Overrides,
): Promise<SliceGate> {
  const { slice, version, source } = planned
  const [metrics, release] = await Promise.all([metricsOf(run, slice), currentRelease()])
  const former = { released: release?.slices[slice], reference: await findReference(planned, release) }
  const judged = judge(SLICE_RULES, metrics, former, thresholds)
  const verdicts = source === 'stream' ? judged.map(milder) : judged
  await putDocument(LAKE.run(run, `${slice}.gate`), { subject: slice, verdicts })
  // Rows that are set aside or halt the night are the ones that somebody wants to see.
  if (metrics.quarantined > 0)
    await addPartitions(quarantinedRows.name, [
      { values: [version], location: LAKE.quarantineVersion(version) },
    ])
  haltWhereAsked(version, verdicts)
  return {
    action: worstAction(verdicts),
    warnings: [...messagesOf(verdicts, 'quarantine'), ...messagesOf(verdicts, 'warn')],
  }
}
