import { LAKE } from '../../catalog/layout.ts'
import { curatedVersion, currentPointer, release } from '../shared/documents.ts'
import { findDocument, findStored, getDocument, putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { RemovalError } from '../shared/errors.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { vacuumPlan } from '../shared/maintenance-documents.ts'
import { listObjects } from '../shared/objects.ts'
import { updateDocument } from '../shared/update-document.ts'
import { idOf, versionId } from '../shared/vacuum/version-id.ts'

export async function markReleases(run: string): Promise<{ releases: number }> {
  const [{ items, releases }, current] = await Promise.all([
    getDocument(vacuumPlan, LAKE.run(run, 'vacuum-plan')),
    findDocument(currentPointer, LAKE.current),
  ])
  // A redriven vacuum goes on with the plan of some days ago.
  if (current && releases.includes(current.release))
    throw new RemovalError(
      `${current.release} has become the current release since ${run} was planned. Nothing was removed. Start a new vacuum.`,
    )
  const at = new Date().toISOString()
  await inParallel(releases, 8, (name) =>
    updateDocument(release, LAKE.release(name), (before) => {
      if (!before) throw new RemovalError(`The document of release ${name} is gone. Start a new vacuum.`)
      return before.vacuumed ? before : { ...before, vacuumed: { at, run } }
    }),
  )
  await withdrawVersions(new Set(items.map(idOf)))
  return { releases: releases.length }
}

/** A version that goes is not ready any more: were its files to come back, a night would take it. */
async function withdrawVersions(going: ReadonlySet<string | undefined>): Promise<void> {
  const files = await listObjects(environment().lakeBucket, LAKE.curatedSlices)
  await inParallel(files, 8, async ({ key }) => {
    const stored = await findStored(curatedVersion, key)
    if (!stored || !going.has(versionId(null, stored.document.version))) return
    // Where a run has put a newer one there meanwhile, that one stands.
    await putDocument(key, { ...stored.document, fingerprint: 'vacuumed' }, { ifMatch: stored.etag })
  })
}
