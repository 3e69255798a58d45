import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, type Release, release } from './documents.ts'
import { findDocument, getDocument } from './documents-store.ts'
import { environment } from './environment.ts'
import { inParallel } from './in-parallel.ts'
import { rollbackRecord } from './maintenance-documents.ts'
import { listObjects } from './objects.ts'

export interface PastRelease {
  readonly release: Release
  readonly isCurrent: boolean
  /** False where its night wrote it down and could not make it the current one. */
  readonly wasCurrent: boolean
  /** Since when no view shows it, as milliseconds; null for the current one. */
  readonly supersededAt: number | null
}

export interface ReleaseHistory {
  readonly current: string | null
  /** The newest first. */
  readonly releases: readonly PastRelease[]
}

/** Something else became current than `from`. Its document is written after the views were replaced. */
interface Change {
  readonly from: string | null
  readonly at: number
}

/** Every release that there is a document of, and when it was last shown. */
export async function releaseHistory(): Promise<ReleaseHistory> {
  const [releases, rollbacks, pointer] = await Promise.all([
    documentsBelow(LAKE.releases, (key) => getDocument(release, key)),
    documentsBelow(LAKE.rollbacks, (key) => getDocument(rollbackRecord, key)),
    findDocument(currentPointer, LAKE.current),
  ])
  const current = pointer?.release ?? null
  const changes: Change[] = [
    ...releases.map(({ previous, publishedAt }) => ({ from: previous, at: Date.parse(publishedAt) })),
    ...rollbacks.map(({ from, at }) => ({ from, at: Date.parse(at) })),
  ]
  return {
    current,
    releases: releases
      .toSorted((a, b) => b.publishedAt.localeCompare(a.publishedAt))
      .map((one) => past(one, current, changes)),
  }
}

function past(one: Release, current: string | null, changes: readonly Change[]): PastRelease {
  const isCurrent = one.release === current
  const ends = changes.filter(({ from }) => from === one.release).map(({ at }) => at)
  return {
    release: one,
    isCurrent,
    wasCurrent: isCurrent || ends.length > 0,
    // The last of them: an earlier one was a rollback that was itself gone back on, or a night that could not publish.
    supersededAt: isCurrent ? null : Math.max(Date.parse(one.publishedAt), ...ends),
  }
}

async function documentsBelow<T>(prefix: string, read: (key: string) => Promise<T>): Promise<T[]> {
  const files = await listObjects(environment().lakeBucket, prefix)
  return inParallel(files, 8, ({ key }) => read(key))
}
