import { LAKE } from '../../catalog/layout.ts'
import { curationHash } from '../shared/curation-hash.ts'
import { type CuratedVersion, curatedVersion } from '../shared/documents.ts'
import { findDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { inParallel } from '../shared/in-parallel.ts'
import type { RawSlice } from '../shared/list-raw-slices.ts'
import { isEmpty } from '../shared/objects.ts'

/**
 * By slice, the version that stands ready of what its files are now: a run has curated and registered it, whether or not
 * that run came to publish it.
 */
export async function adoptableVersions(
  slices: readonly RawSlice[],
): Promise<Readonly<Record<string, CuratedVersion>>> {
  const found = await inParallel(slices, 8, adoptableVersion)
  return Object.fromEntries(found.flatMap((version) => (version ? [[version.slice, version]] : [])))
}

async function adoptableVersion({
  slice,
  source,
  fingerprint,
}: RawSlice): Promise<CuratedVersion | undefined> {
  const known = await findDocument(curatedVersion, LAKE.curatedSlice(slice))
  if (known?.fingerprint !== fingerprint || known.curation !== curationHash(source)) return undefined
  // Its files may have been removed by hand since.
  const isGone = await isEmpty(environment().lakeBucket, LAKE.curatedVersion(known.version))
  return isGone ? undefined : known
}
