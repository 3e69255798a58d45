import type { DuckDBConnection } from '@duckdb/node-api'

/** The rows of a query as objects: BIGINT is bigint, NULL is null. */
export const rowsOf = async (connection: DuckDBConnection, query: string) =>
  (await connection.runAndReadAll(query)).getRowObjectsJS()
