import { expect } from 'vitest'
import type { Columns } from '../../../catalog/column.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** Same rows in whatever order; doubles may differ in their last digits, because engines round on their own way. */
export function expectSameRows(columns: Columns, actual: Rows, expected: Rows): void {
  const exact = Object.keys(columns).filter((name) => columns[name]?.kind !== 'double')
  const sorted = (rows: Rows) => rows.toSorted((a, b) => (key(exact, a) < key(exact, b) ? -1 : 1))
  const wanted = sorted(expected)
  const found = sorted(actual).map((row, i) => withinTolerance(row, wanted[i]))
  expect(found).toEqual(wanted)
}

const key = (names: readonly string[], row: Rows[number]): string =>
  names.map((name) => String(row[name])).join('\u0000')

const withinTolerance = (row: Rows[number], wanted: Rows[number] | undefined): Rows[number] =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const other = wanted?.[name]
      const close =
        typeof value === 'number' &&
        typeof other === 'number' &&
        Math.abs(value - other) <= 1e-12 * Math.max(1, Math.abs(other))
      return [name, close ? other : value]
    }),
  )
