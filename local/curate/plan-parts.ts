/** How many events of a category a bucket holds on one day. */
export interface DayCount {
  readonly bucket: number
  readonly category_id: string
  readonly day: string
  readonly events: number
}

/** What one statement writes: some categories of a bucket, or some days of one big category. */
export interface Part {
  readonly bucket: number
  readonly events: number
  /** All of the bucket's categories but these. */
  readonly without: readonly string[]
  /** One category, from a day on to a day, both included. */
  readonly only?: { readonly category_id: string; readonly from: string; readonly to: string }
}

const groupBy = <T, K>(items: readonly T[], key: (item: T) => K): [K, T[]][] => [...Map.groupBy(items, key)]
const eventsOf = (days: readonly DayCount[]) => days.reduce((sum, { events }) => sum + events, 0)

/** Runs of days with about the same number of events, at most `limit` unless a day has more. */
function slicesOf(days: readonly DayCount[], limit: number): DayCount[][] {
  const target = Math.ceil(eventsOf(days) / Math.ceil(eventsOf(days) / limit))
  const slices: DayCount[][] = []
  let room = 0
  for (const day of days.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    const current = slices.at(-1)
    if (current && room > day.events / 2) current.push(day)
    else {
      slices.push([day])
      room = target
    }
    room -= day.events
  }
  return slices
}

/**
 * Cuts buckets into parts of at most about `limit` events, the biggest first so that none is left over at the end. A
 * category is one part's, and so one file, unless it alone has more: then each run of days is a file. Copies of an event
 * are of one day, so deduplication stays exact.
 */
export function planParts(counts: readonly DayCount[], limit: number): Part[] {
  const parts = groupBy(counts, ({ bucket }) => bucket).flatMap(([bucket, inBucket]) => {
    const categories = groupBy(inBucket, ({ category_id }) => category_id)
    const big = eventsOf(inBucket) > limit ? categories.filter(([, days]) => eventsOf(days) > limit / 2) : []
    const without = big.map(([category_id]) => category_id)
    const rest = eventsOf(inBucket) - big.reduce((sum, [, days]) => sum + eventsOf(days), 0)
    const slices = big.flatMap(([category_id, days]) =>
      slicesOf(days, limit).map((slice): Part => {
        const [first, last] = [slice[0]?.day ?? '', slice.at(-1)?.day ?? '']
        return { bucket, events: eventsOf(slice), without: [], only: { category_id, from: first, to: last } }
      }),
    )
    return rest > 0 ? [{ bucket, events: rest, without }, ...slices] : slices
  })
  return parts.toSorted((a, b) => b.events - a.events)
}
