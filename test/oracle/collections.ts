/** Less than, equal or greater, in the order in which `sort` wants it. */
export type Order<T> = (a: T, b: T) => number

/** Text in the order of its UTF-8 bytes, as SQL engines compare it. */
const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

type Comparable = bigint | number | string

export const by =
  <T>(value: (item: T) => Comparable): Order<T> =>
  (a, b) => {
    const [x, y] = [value(a), value(b)]
    if (typeof x === 'string' && typeof y === 'string') return compareText(x, y)
    return x < y ? -1 : x > y ? 1 : 0
  }

export const falling =
  <T>(value: (item: T) => Comparable): Order<T> =>
  (a, b) =>
    by(value)(b, a)

/** Sorted by the first order, what is equal there by the second, and so on. */
export const sorted = <T>(items: Iterable<T>, ...orders: Order<T>[]): T[] =>
  [...items].sort((a, b) => orders.reduce((found, order) => found || order(a, b), 0))

/** Each item's place, from 1. */
export const places = <T>(items: Iterable<T>, ...orders: Order<T>[]): Map<T, number> =>
  new Map(sorted(items, ...orders).map((item, i) => [item, i + 1]))

export const countDistinct = (values: Iterable<unknown>): number =>
  new Set([...values].filter((value) => value !== null)).size

/** The value that occurs most, the first by name at a tie; null where there is none. */
export const mostFrequent = (values: readonly string[]): string | null =>
  sorted(
    Map.groupBy(values, (value) => value),
    falling(([, copies]) => copies.length),
    by(([value]) => value),
  )[0]?.[0] ?? null

/** The value in the middle, or the mean of the two; null where there is none. */
export function median(values: readonly number[]): number | null {
  const ordered = sorted(
    values,
    by((value) => value),
  )
  const lower = ordered[Math.floor((values.length - 1) / 2)]
  const upper = ordered[Math.floor(values.length / 2)]
  return lower === undefined || upper === undefined ? null : (lower + upper) / 2
}

/** a / b; null where b is zero. */
export const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b)
