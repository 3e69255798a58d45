import { LAKE, runOfVersion, sliceName } from '../../catalog/layout.ts'
import { shiftMonth } from '../../catalog/month.ts'
import { type Release, sliceMetrics } from '../shared/documents.ts'
import { findDocument } from '../shared/documents-store.ts'
import type { PlannedSlice } from '../shared/night-state.ts'
import type { Reference } from './rule.ts'

/**
 * What was counted when the same month as it is published was curated, or else the month before; undefined where the
 * release has neither, or their runs' documents are gone.
 */
export async function findReference(
  { slice, source, month }: PlannedSlice,
  release: Release | undefined,
): Promise<Reference | undefined> {
  const candidates = [
    { kind: 'former version', name: slice },
    { kind: 'month before', name: sliceName(source, shiftMonth(month, -1)) },
  ] as const
  for (const { kind, name } of candidates) {
    const version = release?.slices[name]?.version
    if (version === undefined) continue
    const metrics = await findDocument(sliceMetrics, LAKE.run(runOfVersion(version), `${name}.metrics`))
    if (metrics) return { kind, metrics }
  }
  return undefined
}
