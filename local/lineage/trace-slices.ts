import type { Mart } from '../../athena-views/mart.ts'
import { userActivity } from '../../catalog/events.ts'
import type { Release } from '../../lambdas/shared/documents.ts'
import { type TracedMart, traceView } from './trace-view.ts'

export interface TracedSlices {
  /** Months of marts that were built from the slices, directly or by way of other marts. */
  readonly marts: readonly TracedMart[]
  /** The views that show them. */
  readonly views: readonly string[]
}

/** What a release made of some of its slices. */
export function traceSlices(
  marts: readonly Mart[],
  slices: readonly string[],
  release: Release,
): TracedSlices {
  const affected = new Set(slices.flatMap((slice) => release.slices[slice]?.version ?? []))
  const all = marts.flatMap(({ name }) => traceView(marts, name, release).marts)
  const distinct = [...new Map(all.map((one) => [`${one.mart} ${one.month}`, one])).values()]
  const reached = new Set<TracedMart>()
  const isReached = ({ events, marts: read }: TracedMart): boolean =>
    events.some((version) => affected.has(version)) ||
    [...reached].some(({ mart, version }) => read[mart]?.includes(version))
  // A mart can be reached by one that is found after it: as many rounds as find something new.
  for (let before = -1; before < reached.size; ) {
    before = reached.size
    for (const one of distinct) if (isReached(one)) reached.add(one)
  }
  const found = distinct.filter((one) => reached.has(one))
  const views = [...new Set(found.map(({ mart }) => mart))]
  return { marts: found, views: affected.size > 0 ? [userActivity.name, ...views] : [] }
}
