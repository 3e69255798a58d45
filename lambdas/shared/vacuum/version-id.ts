import { userActivity } from '../../../catalog/events.ts'
import { LAKE } from '../../../catalog/layout.ts'
import type { Release } from '../documents.ts'
import type { Removable } from '../maintenance-documents.ts'

/** A version of a slice or of a mart's month, as text: `user_activity/csv-2019-10@r7`. Rejected rows go with their slice. */
export const versionId = (mart: string | null, version: string): string =>
  `${mart ?? userActivity.name}/${version}`

/** Every version that a release, or what is to become one, is made of. */
export const versionIds = ({ slices, marts }: Pick<Release, 'slices' | 'marts'>): string[] => [
  ...Object.values(slices).map(({ version }) => versionId(null, version)),
  ...Object.entries(marts).flatMap(([mart, months]) =>
    Object.values(months).map(({ version }) => versionId(mart, version)),
  ),
]

/** The version of which something is to be removed; undefined where that is a temporary table. */
export const idOf = ({ table, version, prefix }: Removable): string | undefined =>
  version === null ? undefined : versionId(prefix?.startsWith(LAKE.marts) ? table : null, version)
