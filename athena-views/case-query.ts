import { type RawBuilder, sql } from 'kysely'
import { columnNames, type Table } from '../catalog/table.ts'
import { builderFor, type DialectName, textOf } from '../sql/builder.ts'
import { castTo } from '../sql/functions.ts'
import { sqlType } from '../sql/types.ts'
import type { Mart, MartCase } from './mart.ts'
import { type AnyDatabase, martQuery } from './mart-query.ts'

type Given = readonly Readonly<Record<string, unknown>>[]

/**
 * A case as one statement that needs no tables: the given rows stand in it as literals. Any engine can run it, and so
 * show that the mart means the same there.
 */
export const caseQuery = (dialect: DialectName, mart: Mart, { month, given }: MartCase): string =>
  textOf(martQuery(dialect, mart, month, (table) => rowsAs(dialect, table, given[table.name] ?? [])))

/** Given rows as a table: a list of texts, each cast to its column's type, which loses no digit in any engine. */
function rowsAs(dialect: DialectName, table: Table, rows: Given) {
  const names = columnNames(table)
  const nothing = rows.length === 0
  const lines = (nothing ? [{}] : rows).map((row) => lineOf(names, row))
  const given = sql<Record<string, unknown>>`(values ${sql.join(lines)})`.as<'given'>(
    sql`given(${sql.join(names.map((name) => sql.ref(name)))})`,
  )
  const all = builderFor<AnyDatabase>(dialect)
    .selectFrom(given)
    .select((eb) =>
      Object.entries(table.columns).map(([name, column]) => castTo(eb.ref(name), sqlType(column)).as(name)),
    )
  return nothing ? all.where((eb) => eb.lit(false)) : all
}

const lineOf = (names: readonly string[], row: Readonly<Record<string, unknown>>): RawBuilder<unknown> =>
  sql`(${sql.join(names.map((name) => sql.lit(textValue(row[name]))))})`

const textValue = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value)
