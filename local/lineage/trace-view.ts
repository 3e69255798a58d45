import { martsReadBy } from '../../athena-views/levels.ts'
import type { Mart } from '../../athena-views/mart.ts'
import { martHash } from '../../athena-views/statements.ts'
import { userActivity } from '../../catalog/events.ts'
import type { Release } from '../../lambdas/shared/documents.ts'
import { basisOf, inputsOf } from '../../lambdas/shared/mart-months.ts'

/** One month of a mart in a release, and the versions that it was built from. */
export interface TracedMart {
  readonly mart: string
  readonly month: string
  readonly version: string
  /** Versions of slices. */
  readonly events: readonly string[]
  /** By mart, versions of their months. */
  readonly marts: Readonly<Record<string, readonly string[]>>
  /**
   * Whether these versions and the definition as it stands today give the basis that the release has. Where not, the
   * definition has changed since, and what it reads may have.
   */
  readonly isProven: boolean
}

export interface TracedView {
  /** The view's own months first, then those of the marts that it was built from. */
  readonly marts: readonly TracedMart[]
  /** Names of the slices, in order. */
  readonly slices: readonly string[]
}

/** What a view was made of in a release: marts, down to the slices. */
export function traceView(marts: readonly Mart[], view: string, release: Release): TracedView {
  const traced = new Map<string, TracedMart>()
  const add = (mart: Mart, month: string) => {
    const version = release.marts[mart.name]?.[month]?.version
    const key = `${mart.name} ${month}`
    if (version === undefined || traced.has(key)) return
    const one = traceMart(mart, month, version, release)
    traced.set(key, one)
    for (const read of martsReadBy(mart))
      for (const [monthRead, { version: wanted }] of Object.entries(release.marts[read.name] ?? {}))
        if (one.marts[read.name]?.includes(wanted)) add(read, monthRead)
  }
  const mart = marts.find(({ name }) => name === view)
  if (mart) for (const month of Object.keys(release.marts[view] ?? {}).sort()) add(mart, month)
  const found = [...traced.values()]
  const versions = new Set(found.flatMap(({ events }) => events))
  return {
    marts: found,
    slices: Object.entries(release.slices)
      .filter(([, { version }]) => view === userActivity.name || versions.has(version))
      .map(([slice]) => slice)
      .sort(),
  }
}

function traceMart(mart: Mart, month: string, version: string, release: Release): TracedMart {
  const inputs = inputsOf(mart, month, release)
  const isProven = basisOf(martHash(mart), inputs) === release.marts[mart.name]?.[month]?.basis
  return { mart: mart.name, month, version, ...inputs, isProven }
}
