import { LAKE, RAW } from '../../catalog/layout.ts'
import { assignTargets } from './assign-targets.ts'
import { type RawFile, unpackedArchive } from './documents.ts'
import { findDocument } from './documents-store.ts'
import { environment } from './environment.ts'
import { inParallel } from './in-parallel.ts'
import type { ArchiveTask } from './night-state.ts'
import { listObjects } from './objects.ts'
import { unpackedId } from './unpacked-id.ts'

/**
 * Archives of these months (of all where that is null, but for those that are left out) that are new or changed since they
 * were unpacked, or whose CSV is gone or no longer what was unpacked.
 */
export async function archivesToUnpack(
  months: readonly string[] | null,
  leftOut: readonly string[] = [],
): Promise<ArchiveTask[]> {
  const { rawBucket } = environment()
  const archives = assignTargets(await listObjects(rawBucket, RAW.archives))
  const isAsked = (month: string) => (months === null || months.includes(month)) && !leftOut.includes(month)
  const asked = archives.filter(({ month }) => isAsked(month))
  if (asked.length === 0) return []
  const unpacked = new Map((await listObjects(rawBucket, RAW.uncompressed)).map((file) => [file.key, file]))
  const isDone = await inParallel(asked, 8, ({ file, target }) => isUnpacked(file, unpacked.get(target)))
  return asked.filter((_, i) => !isDone[i]).map(({ file, target }) => ({ key: file.key, target }))
}

async function isUnpacked(archive: RawFile, target: RawFile | undefined): Promise<boolean> {
  if (!target) return false
  const marker = await findDocument(unpackedArchive, LAKE.unpacked(unpackedId(archive.key)))
  return marker !== undefined && isSame(marker.archive, archive) && isSame(marker.target, target)
}

const isSame = (a: RawFile, b: RawFile): boolean => a.key === b.key && a.size === b.size && a.etag === b.etag
