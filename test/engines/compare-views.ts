import { allViews, publicViews } from '../../athena-views/index.ts'
import { quarantinedRows } from '../../catalog/events.ts'
import type { Table } from '../../catalog/table.ts'
import type { TestLake } from '../local/lake-harness.ts'
import type { Athena } from './athena-client.ts'
import { type Comparison, compareRows } from './compare-rows.ts'

/** How far rates may lie apart, relatively. */
const RATES = 1e-9

export interface ViewComparison extends Comparison {
  readonly view: string
}

/** A list as text, which both engines write alike. */
const LISTS = {
  duckdb: (column: string) => `array_to_string(${column}, '; ') as ${column}`,
  athena: (column: string) => `array_join(${column}, '; ') as ${column}`,
} as const

/** All rows of a table or view, as one lake's DuckDB reads it and as Athena's engine reads that of another (or the same) lake. */
async function compareTable(
  database: string,
  table: Table,
  lake: TestLake,
  athena: Athena,
): Promise<ViewComparison> {
  const columns = Object.entries({ ...table.columns, ...table.partitionKeys })
  const select = (dialect: keyof typeof LISTS) => {
    const told = columns.map(([name, { kind }]) => (kind === 'strings' ? LISTS[dialect](name) : name))
    return `select ${told.join(', ')} from ${database}.${table.name}`
  }
  const ours = await lake.query(select('duckdb'))
  const theirs = (await athena.rows(select('athena'))).map((row) => columns.map(([name]) => row[name]))
  const doubles = new Set(columns.flatMap(([, { kind }], i) => (kind === 'double' ? [i] : [])))
  return { view: table.name, ...compareRows(ours, theirs, { tolerance: RATES, doubles }) }
}

/** Published views (all, unless some are named) of one lake, read with DuckDB, against those of another one, read with Athena's engine. */
export async function compareViews(
  lake: TestLake,
  athena: Athena,
  views: readonly string[] = publicViews.map(({ name }) => name),
): Promise<ViewComparison[]> {
  const compared: ViewComparison[] = []
  for (const { name, columns } of allViews.filter((view) => views.includes(view.name)))
    compared.push(
      // A view has a mart's columns; the partition key is not among them.
      await compareTable('ecommerce', { name, grain: '', columns, partitionKeys: {} }, lake, athena),
    )
  return compared
}

/** The rejected lines of one lake against those of another one. */
export const compareQuarantine = (lake: TestLake, athena: Athena): Promise<ViewComparison> =>
  compareTable('ecommerce_lake', quarantinedRows, lake, athena)

/** `view.column type` of every view, as an engine tells it, in the spelling of Athena. */
const columnLines = (rows: readonly (readonly unknown[])[]): string[] =>
  rows
    .map(([table, column, type]) => {
      // Athena's timestamps have milliseconds; DuckDB has one type of any precision.
      const athena = String(type)
        .toLowerCase()
        .replace('timestamp(3)', 'timestamp')
        .replace(/^(\w+)\[\]$/, 'array($1)')
      return `${table}.${column} ${athena}`
    })
    .sort()

/** The columns of all views and their types, in one lake and in the other. */
export async function columnTypes(embedded: TestLake, athena: Athena): Promise<[string[], string[]]> {
  const sql = `select table_name, column_name, data_type from information_schema.columns where table_schema = 'ecommerce'`
  const theirs = (await athena.rows(sql)).map((row) => Object.values(row))
  return [columnLines(await embedded.query(sql)), columnLines(theirs)]
}

export const rowsOfTable = (compared: readonly ViewComparison[]): (string | number)[][] =>
  compared.map(({ view, rows, values, largest }) => [
    view,
    rows,
    values,
    largest === 0 ? '0' : largest.toExponential(0),
  ])

export const VIEW_COLUMNS = ['view', 'rows', 'values', 'largest relative difference of a rate']
