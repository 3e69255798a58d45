import { LAKE, runOfVersion } from '../../../catalog/layout.ts'
import { hold } from '../documents.ts'
import { findDocument } from '../documents-store.ts'
import type { PastRelease, ReleaseHistory } from '../release-history.ts'
import { neededByRuns } from './needed-by-runs.ts'
import { oldestQuery } from './oldest-query.ts'
import { readyVersions, versionsSetAside } from './ready-versions.ts'
import type { VacuumSettings } from './settings.ts'
import type { StoredVersion } from './stored-versions.ts'
import { versionIds } from './version-id.ts'
import { versionsInViews } from './versions-in-views.ts'

/** Releases that stay whole, so that one can go back to them. */
export const RELEASES_KEPT = 3

/** What needs a version, for whoever wonders why it stays. */
export type Need =
  | 'a kept release'
  | 'a view'
  | 'a running query'
  | 'the time of grace'
  | 'an unfinished execution'
  | 'the next night'
  | 'a slice set aside'

/** Says what needs a version; undefined where nothing does. */
export type NeedOf = (stored: Pick<StoredVersion, 'id' | 'version'>) => Need | undefined

export async function neededVersions(
  history: ReleaseHistory,
  { grace, unpublished }: VacuumSettings,
  now: number,
): Promise<NeedOf> {
  const [held, oldest, inViews, byRuns, setAside] = await Promise.all([
    findDocument(hold, LAKE.hold),
    oldestQuery(now),
    versionsInViews(),
    neededByRuns(now - unpublished),
    versionsSetAside(),
  ])
  const ready = await readyVersions(byRuns.isPlanning)
  const kept = keptReleases(history, held?.release)
  const shownSince = (time: number) =>
    history.releases.filter(({ supersededAt }) => supersededAt !== null && supersededAt >= time)
  const sets: readonly (readonly [Need, ReadonlySet<string>])[] = [
    ['a kept release', idsOf(kept)],
    ['a running query', idsOf(shownSince(oldest))],
    ['the time of grace', idsOf(shownSince(now - grace))],
    ['an unfinished execution', new Set(byRuns.ids)],
    ['the next night', new Set(ready)],
    ['a slice set aside', new Set(setAside)],
  ]
  return ({ id, version }) => {
    const need = sets.find(([, ids]) => ids.has(id))?.[0]
    if (need !== undefined) return need
    if (inViews.has(version)) return 'a view'
    return byRuns.runs.has(runOfVersion(version)) ? 'an unfinished execution' : undefined
  }
}

/** The newest that were published, the one that is current, and the one at which publication is held. */
export function keptReleases({ releases }: ReleaseHistory, held: string | undefined): PastRelease[] {
  const newest = releases.filter(({ wasCurrent }) => wasCurrent).slice(0, RELEASES_KEPT)
  return releases.filter(
    (one) =>
      one.isCurrent || one.release.release === held || newest.includes(one) || isUndecided(one, releases),
  )
}

/** Its night could not say whether it became current, and nothing was published since: views may show it. */
const isUndecided = (one: PastRelease, releases: readonly PastRelease[]): boolean =>
  !one.wasCurrent && !releases.some((later) => later.wasCurrent && isLater(later, one))

const isLater = (a: PastRelease, b: PastRelease): boolean => a.release.publishedAt > b.release.publishedAt

const idsOf = (releases: readonly PastRelease[]): Set<string> =>
  new Set(releases.flatMap(({ release }) => versionIds(release)))
