import type { DuckDBConnection } from '@duckdb/node-api'
import { CATALOG } from '../../sql/athena/stored-view.ts'
import { identifier, quoted } from '../duckdb/text.ts'
import type { StoredTable } from '../glue/shapes.ts'
import { duckdbType } from './types.ts'

/** The catalog's name as in Athena, so that `awsdatacatalog.ecommerce.x` can be read too. */
export { CATALOG }

export const qualified = (database: string, table: string): string =>
  `${CATALOG}.${identifier(database.toLowerCase())}.${identifier(table.toLowerCase())}`

const tablesIn = (node: unknown, database: string | undefined): string[] => {
  if (Array.isArray(node)) return node.flatMap((item) => tablesIn(item, database))
  if (typeof node !== 'object' || node === null) return []
  const { type, schema_name: schema, table_name: table } = node as Record<string, unknown>
  const inside = Object.values(node).flatMap((member) => tablesIn(member, database))
  const place = schema || database
  return type === 'BASE_TABLE' && place ? [qualified(String(place), String(table)), ...inside] : inside
}

/** Qualified names of the tables and views that a query names; none where it can't be parsed. */
export const namesIn = async (
  connection: DuckDBConnection,
  sql: string,
  database?: string,
): Promise<string[]> => {
  const result = await connection.runAndReadAll(
    `SELECT json_serialize_sql(${quoted(sql)}, skip_null := true)`,
  )
  return tablesIn(JSON.parse(String(result.getRows()[0]?.[0] ?? '{}')), database)
}

/** A table's columns, each of which fails with this message when it is read. */
export const failing = (table: StoredTable, error: unknown): string => {
  const message = quoted(error instanceof Error ? error.message : String(error))
  const columns = [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])].map(
    ({ Name, Type }) => `CAST(error(${message}) AS ${duckdbType(Type)}) AS ${identifier(Name)}`,
  )
  return `SELECT ${columns.length > 0 ? columns.join(', ') : `error(${message})`}`
}
