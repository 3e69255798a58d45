import { type AliasedExpression, type Expression, ExpressionWrapper, type QueryCreator } from 'kysely'
import { type Month, monthRange } from '../catalog/month.ts'
import type { Table } from '../catalog/table.ts'
import { builderFor, type DialectName } from '../sql/builder.ts'
import { castTo } from '../sql/functions.ts'
import { sqlType } from '../sql/types.ts'
import type { Mart } from './mart.ts'

/** Tables that only the running program knows: names and columns come from the catalog, not from types. */
export type AnyDatabase = Record<string, Record<string, unknown>>

/** What one table that a mart reads stands for: a SELECT that gives its columns. */
export type Source = (table: Table, from: QueryCreator<AnyDatabase>) => Expression<Record<string, unknown>>

/**
 * A mart's query over its sources, which it finds by name as common table expressions. Every column is cast to the type
 * that the mart declares, in the declared order: a sum that an engine makes wider is stored as the catalog says.
 */
export function martQuery(dialect: DialectName, mart: Mart, month: string, source: Source) {
  const db = builderFor<AnyDatabase>(dialect)
  const from = mart.reads.reduce<QueryCreator<AnyDatabase>>(
    (before, table) =>
      before.with(
        // Athena and Spark read a source anew at each mention, with what the mention filters; DuckDB would first copy
        // all that any mention needs, a month of events.
        (cte) => (dialect === 'duckdb' ? cte(table.name).notMaterialized() : cte(table.name)),
        () => source(table, db),
      ),
    db,
  )
  return from
    .selectFrom(rowsOf(mart, builderFor<never>(dialect), monthRange(month)))
    .select((eb) =>
      Object.entries(mart.columns).map(([name, column]) =>
        castTo(eb.ref(`mart.${name}`), sqlType(column)).as(name),
      ),
    )
}

const rowsOf = (
  mart: Mart,
  from: QueryCreator<never>,
  month: Month,
): AliasedExpression<Record<string, unknown>, 'mart'> =>
  new ExpressionWrapper<AnyDatabase, string, Record<string, unknown>>(
    mart.query(from, month).toOperationNode(),
  ).as('mart')
