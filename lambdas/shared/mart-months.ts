import { createHash } from 'node:crypto'
import { levelsOf, martsReadBy } from '../../athena-views/levels.ts'
import type { Mart } from '../../athena-views/mart.ts'
import { type Inputs, martHash } from '../../athena-views/statements.ts'
import { userActivity } from '../../catalog/events.ts'
import { versionName } from '../../catalog/layout.ts'
import { shiftMonth } from '../../catalog/month.ts'
import type { Candidate, Release } from './documents.ts'

/** One month of one mart: what is built, tested and versioned as a whole. */
export interface MartMonth {
  readonly mart: string
  readonly month: string
}

interface MartPlan {
  /** What has to be built, in levels; a level reads only what levels before it build. */
  readonly levels: MartMonth[][]
  /** Every mart's months as they will be, those that stay included. */
  readonly marts: Release['marts']
}

type Versions = Pick<Candidate, 'slices' | 'marts'>

/**
 * Which months of which marts are stale: their basis (SQL and versions of what it reads) differs from that of the month
 * in the release. A mart that is to be rebuilt makes those stale that read it.
 */
export function planMartMonths(
  all: readonly Mart[],
  slices: Release['slices'],
  released: Release['marts'],
  run: string,
): MartPlan {
  const months = [...new Set(Object.values(slices).map(({ month }) => month))].sort()
  const marts: Release['marts'] = {}
  const levels = levelsOf(all).map((level) => {
    const stale: MartMonth[] = []
    for (const mart of level) {
      const hash = martHash(mart)
      const planned: Release['marts'][string] = {}
      for (const month of months) {
        const basis = basisOf(hash, inputsOf(mart, month, { slices, marts }))
        const before = released[mart.name]?.[month]
        const isStale = before?.basis !== basis
        if (isStale) stale.push({ mart: mart.name, month })
        planned[month] = isStale || !before ? { version: versionName(month, run), basis } : before
      }
      if (months.length > 0) marts[mart.name] = planned
    }
    return stale
  })
  return { levels: levels.filter((level) => level.length > 0), marts }
}

/** The versions that a month of a mart is built from: of its window's months, as far as there are any. */
export function inputsOf(mart: Mart, month: string, { slices, marts }: Versions): Inputs {
  const window = windowOf(mart, month)
  const readsEvents = mart.reads.some(({ name }) => name === userActivity.name)
  const events = Object.values(slices).filter((slice) => readsEvents && window.includes(slice.month))
  return {
    events: events.map(({ version }) => version).sort(),
    marts: Object.fromEntries(
      martsReadBy(mart).map(({ name }) => [
        name,
        window.flatMap((monthRead) => marts[name]?.[monthRead]?.version ?? []),
      ]),
    ),
  }
}

function windowOf({ window }: Mart, month: string): string[] {
  const { monthsBefore, monthsAfter } = window
  return Array.from({ length: monthsBefore + 1 + monthsAfter }, (_, i) => shiftMonth(month, i - monthsBefore))
}

/** Changes with what a month of a mart is made of: its SQL and the versions that it reads. */
export const basisOf = (hash: string, inputs: Inputs): string =>
  createHash('sha256')
    .update(JSON.stringify([hash, inputs]))
    .digest('hex')
