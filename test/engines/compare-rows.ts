type Row = readonly unknown[]

export interface Comparison {
  readonly rows: number
  readonly values: number
  /** The largest relative difference of two doubles. */
  readonly largest: number
  /** The first few that are not the same, as text. */
  readonly differences: readonly string[]
}

interface Options {
  /** How far doubles may lie apart, relatively. */
  readonly tolerance: number
  /** Whether whole numbers and decimals may lie apart as far: only where engines estimate. */
  readonly estimated?: boolean
  /** Places of the columns that hold doubles; they don't count for the order of rows. Without them rows come in order. */
  readonly doubles?: ReadonlySet<number>
}

const SHOWN = 5

/** A null is no empty text. */
const textOf = (value: unknown): string => (value === null || value === undefined ? '\u0000' : String(value))

const apart = (a: unknown, b: unknown): number => {
  const [x, y] = [Number(a), Number(b)]
  const size = Math.max(Math.abs(x), Math.abs(y))
  return size === 0 ? 0 : Math.abs(x - y) / size
}

const isFraction = (value: unknown): boolean => typeof value === 'number' && !Number.isInteger(value)
const isNumber = (value: unknown): boolean => value !== null && value !== '' && Number.isFinite(Number(value))

/** Compares two results: every value exactly as text, doubles within the tolerance. */
export function compareRows(ours: readonly Row[], theirs: readonly Row[], options: Options): Comparison {
  const { tolerance, estimated = false, doubles } = options
  const key = (row: Row) => row.map((value, i) => (doubles?.has(i) ? '' : textOf(value))).join('\u0001')
  const ordered = (rows: readonly Row[]) =>
    doubles ? rows.map((row) => [key(row), row] as const).sort(([a], [b]) => (a < b ? -1 : 1)) : undefined
  const left = ordered(ours)?.map(([, row]) => row) ?? ours
  const right = ordered(theirs)?.map(([, row]) => row) ?? theirs
  const differences: string[] = []
  let [values, largest] = [0, 0]
  if (left.length !== right.length) differences.push(`${left.length} rows here, ${right.length} there`)
  for (const [i, row] of left.entries()) {
    const other = right[i] ?? []
    if (i < right.length && row.length !== other.length) {
      differences.push(`row ${i + 1}: ${row.length} columns here, ${other.length} there`)
      continue
    }
    for (const [j, value] of row.entries()) {
      values++
      if (textOf(value) === textOf(other[j])) continue
      const mayDiffer = estimated || doubles?.has(j) || isFraction(value) || isFraction(other[j])
      if (mayDiffer && isNumber(value) && isNumber(other[j])) {
        const distance = apart(value, other[j])
        largest = Math.max(largest, distance)
        if (distance <= tolerance) continue
      }
      differences.push(`row ${i + 1}, column ${j + 1}: ${textOf(value)} here, ${textOf(other[j])} there`)
    }
  }
  return { rows: left.length, values, largest, differences: differences.slice(0, SHOWN) }
}
