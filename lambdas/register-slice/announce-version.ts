import { LAKE } from '../../catalog/layout.ts'
import { curationHash } from '../shared/curation-hash.ts'
import { type CuratedVersion, planRecord } from '../shared/documents.ts'
import { findDocument, putDocument } from '../shared/documents-store.ts'
import { manifestOf, metricsOf } from '../shared/slice-documents.ts'

/** Says that a slice's version is ready, so that no run has to make it again, whatever becomes of this one. */
export async function announceVersion(run: string, slice: string): Promise<void> {
  const [{ version, source, month, fingerprint }, { curated }, plan] = await Promise.all([
    manifestOf(run, slice),
    metricsOf(run, slice),
    findDocument(planRecord, LAKE.run(run, 'plan')),
  ])
  const ready: CuratedVersion = {
    slice,
    version,
    source,
    month,
    fingerprint,
    curation: curationHash(source),
    rows: curated,
    run,
    registeredAt: new Date().toISOString(),
    backfill: plan?.backfill ?? null,
    profiled: plan?.profiled ?? false,
  }
  await putDocument(LAKE.curatedSlice(slice), ready)
}
