import type { DuckDBInstance } from '@duckdb/node-api'
import type { DatabaseConnection } from 'kysely'

export interface DuckDBDialectConfig {
  /** The database, or a function that opens it at the first query; the dialect closes it on `destroy()`. */
  readonly duckdb: DuckDBInstance | (() => DuckDBInstance | Promise<DuckDBInstance>)

  /** Called for each new connection, for example to set its time zone. */
  readonly onCreateConnection?: (connection: DatabaseConnection) => Promise<void>
}
