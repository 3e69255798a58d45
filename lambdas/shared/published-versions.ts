import type { publicViews } from '../../athena-views/index.ts'
import { userActivity } from '../../catalog/events.ts'
import type { Release } from './documents.ts'

export type PublicView = (typeof publicViews)[number]

/** The versions of a view in a release; undefined where the release does not have the view yet. */
export function publishedVersions(
  view: PublicView,
  { slices, marts }: Pick<Release, 'slices' | 'marts'>,
): string[] | undefined {
  const released = view.name === userActivity.name ? slices : marts[view.name]
  return (
    released &&
    Object.values(released)
      .map(({ version }) => version)
      .sort()
  )
}
