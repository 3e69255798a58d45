import type { Columns, Row } from './column.ts'

/**
 * A table of the lake: its columns in file order, then its partition keys.
 * Everything that needs to know the shape of a table (Kysely, Glue, the CSV header, DuckDB) reads it from here.
 */
export interface Table<N extends string = string, C extends Columns = Columns, P extends Columns = Columns> {
  readonly name: N
  /** What one row is, in one sentence that starts with "One row per". */
  readonly grain: string
  readonly columns: C
  readonly partitionKeys: P
}

export const defineTable = <
  const N extends string,
  C extends Columns,
  P extends Columns = Record<never, never>,
>(
  table: Omit<Table<N, C, P>, 'partitionKeys'> & { partitionKeys?: P },
): Table<N, C, P> => ({ partitionKeys: {} as P, ...table })

/** The row type of a table, partition keys included. */
export type RowOf<T> = T extends Table<string, infer C, infer P> ? Row<C & P> : never

/** The row type without the partition keys: what a query that fills the table has to give. */
export type ColumnsOf<T> = T extends Table<string, infer C, Columns> ? Row<C> : never

/** The Kysely database type of a set of tables: `DatabaseOf<typeof a | typeof b>`. */
export type DatabaseOf<T extends Table> = { [X in T as X['name']]: RowOf<X> }

export const columnNames = (table: Table): string[] => Object.keys(table.columns)
