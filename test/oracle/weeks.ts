import { by, countDistinct, falling, places, ratio } from './collections.ts'
import { categoryOf, type OracleEvent, type Row, type View } from './event.ts'
import { dayOf, mondayOf, plusDays } from './time.ts'

const ENOUGH = 30

type Weeks = ReadonlyMap<string, readonly OracleEvent[]>

export const categoryMovers: View = (events, month) => {
  const weeks = fullWeeks(events)
  return mondaysOf(weeks, month).flatMap((monday) => {
    const [week, before] = [weeks.get(monday), weeks.get(plusDays(monday, -7))]
    return week && before ? moversOf(monday, week, before) : []
  })
}

export const categoryGrowth: View = (events, month) => {
  const weeks = fullWeeks(events)
  return mondaysOf(weeks, month).map((monday) => {
    const count = weeks.get(monday)?.length ?? 0
    const before = weeks.get(plusDays(monday, -28))?.length
    return {
      week_start: monday,
      events: BigInt(count),
      growth_rate_4w: before === undefined ? null : (count / before) ** (1 / 4) - 1,
    }
  })
}

/** Weeks of which each day has events, by their Monday. */
const fullWeeks = (events: readonly OracleEvent[]): Weeks =>
  new Map(
    [...Map.groupBy(events, ({ time }) => mondayOf(time))].filter(
      ([, week]) => countDistinct(week.map(({ time }) => dayOf(time))) === 7,
    ),
  )

const mondaysOf = (weeks: Weeks, month: string): string[] =>
  [...weeks.keys()].filter((monday) => monday.startsWith(month))

function moversOf(monday: string, week: readonly OracleEvent[], before: readonly OracleEvent[]): Row[] {
  const categories = new Set([...week, ...before].map(categoryOf))
  const movers = [...categories]
    .map((category) => {
      const [events, previous] = [countOf(week, category), countOf(before, category)]
      const change = ratio(events, previous)
      return { category, events, previous, change: change === null ? null : change - 1 }
    })
    .filter(({ events, previous }) => Math.max(events, previous) >= ENOUGH)
  const name = by<(typeof movers)[number]>(({ category }) => category)
  const top = places(
    movers,
    falling(({ change }) => change ?? Number.NEGATIVE_INFINITY),
    name,
  )
  const bottom = places(
    movers,
    by(({ change }) => change ?? Number.POSITIVE_INFINITY),
    name,
  )
  return movers.map((mover) => ({
    week_start: monday,
    category: mover.category,
    events: BigInt(mover.events),
    previous_events: BigInt(mover.previous),
    change_rate: mover.change,
    top_rank: BigInt(top.get(mover) ?? 0),
    bottom_rank: BigInt(bottom.get(mover) ?? 0),
  }))
}

const countOf = (events: readonly OracleEvent[], category: string): number =>
  events.filter((event) => categoryOf(event) === category).length
