import { LAKE, versionName } from '../../../catalog/layout.ts'
import { curatedVersion, setAsideSlices } from '../documents.ts'
import { findDocument, getDocument } from '../documents-store.ts'
import { environment } from '../environment.ts'
import { InvalidInputError } from '../errors.ts'
import { inParallel } from '../in-parallel.ts'
import { listRawSlices } from '../list-raw-slices.ts'
import { listObjects } from '../objects.ts'
import { versionId } from './version-id.ts'

/**
 * Versions that the next night takes instead of curating again: those that are of the files as they are now. All that stand
 * ready, where some night is looking at them this moment.
 */
export async function readyVersions(isPlanning: boolean): Promise<string[]> {
  const [files, now] = await Promise.all([
    listObjects(environment().lakeBucket, LAKE.curatedSlices),
    isPlanning ? null : fingerprints(),
  ])
  const ready = await inParallel(files, 8, ({ key }) => getDocument(curatedVersion, key))
  return ready
    .filter(({ slice, fingerprint }) => now === null || now.get(slice) === fingerprint)
    .map(({ version }) => versionId(null, version))
}

/** Null where the raw zone can't be read as slices: then whatever stands ready may be wanted. */
async function fingerprints(): Promise<Map<string, string> | null> {
  try {
    const slices = await listRawSlices()
    return new Map(slices.map(({ slice, fingerprint }) => [slice, fingerprint]))
  } catch (error) {
    if (error instanceof InvalidInputError) return null
    throw error
  }
}

/** Versions of slices that are set aside: somebody is to look at their rows. */
export async function versionsSetAside(): Promise<string[]> {
  const setAside = (await findDocument(setAsideSlices, LAKE.setAside)) ?? {}
  return Object.entries(setAside).map(([slice, { run }]) => versionId(null, versionName(slice, run)))
}
