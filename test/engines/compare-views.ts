import { publicViews } from '../../athena-views/index.ts'
import { columnNames } from '../../catalog/table.ts'
import type { TestLake } from '../local/lake-harness.ts'
import type { Athena } from './athena-client.ts'
import { type Comparison, compareRows } from './compare-rows.ts'

/** How far rates may lie apart, relatively. */
const RATES = 1e-9

export interface ViewComparison extends Comparison {
  readonly view: string
}

/** Every published view of one lake, read with DuckDB, against those of another one, read with Athena's engine. */
export async function compareViews(embedded: TestLake, athena: Athena): Promise<ViewComparison[]> {
  const compared: ViewComparison[] = []
  for (const view of publicViews) {
    const columns = columnNames(view)
    const sql = `select ${columns.join(', ')} from ecommerce.${view.name}`
    const ours = await embedded.query(sql)
    const theirs = (await athena.rows(sql)).map((row) => columns.map((column) => row[column]))
    const isDouble = (column: string) => view.columns[column as keyof typeof view.columns]?.kind === 'double'
    const doubles = new Set(columns.keys().filter((i) => isDouble(columns[i] ?? '')))
    compared.push({ view: view.name, ...compareRows(ours, theirs, { tolerance: RATES, doubles }) })
  }
  return compared
}

export const rowsOfTable = (compared: readonly ViewComparison[]): (string | number)[][] =>
  compared.map(({ view, rows, values, largest }) => [
    view,
    rows,
    values,
    largest === 0 ? '0' : largest.toExponential(0),
  ])

export const VIEW_COLUMNS = ['view', 'rows', 'values', 'largest relative difference of a rate']
