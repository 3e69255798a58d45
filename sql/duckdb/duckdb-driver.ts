import type { DuckDBConnection as Connection, DuckDBInstance } from '@duckdb/node-api'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { columnValue } from './column-value.ts'
import type { DuckDBDialectConfig } from './duckdb-dialect-config.ts'

export class DuckDBDriver implements Driver {
  readonly #config: DuckDBDialectConfig
  #instance: DuckDBInstance | undefined

  constructor(config: DuckDBDialectConfig) {
    this.#config = { ...config }
  }

  async init(): Promise<void> {
    const { duckdb } = this.#config
    this.#instance ??= typeof duckdb === 'function' ? await duckdb() : duckdb
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#instance)
      throw new Error('DuckDB is not open: the driver was not initialised, or is destroyed.')
    // Opening one costs microseconds, so there is no pool.
    const connection = new DuckDBConnection(await this.#instance.connect())
    await this.#config.onCreateConnection?.(connection)
    return connection
  }

  async beginTransaction(): Promise<void> {
    throw new Error(NO_TRANSACTIONS)
  }

  async commitTransaction(): Promise<void> {
    throw new Error(NO_TRANSACTIONS)
  }

  async rollbackTransaction(): Promise<void> {
    throw new Error(NO_TRANSACTIONS)
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof DuckDBConnection) connection.close()
  }

  async destroy(): Promise<void> {
    this.#instance?.closeSync()
    this.#instance = undefined
  }
}

/** What runs here must run on Athena too. */
const NO_TRANSACTIONS =
  'The lake has no transactions: write a new version, then publish it with CREATE OR REPLACE VIEW.'

class DuckDBConnection implements DatabaseConnection {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async executeQuery<R>({ sql }: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.#connection.run(sql)
    const rows = await result.convertRowObjects(columnValue)
    return { rows: rows as R[], numAffectedRows: BigInt(result.rowsChanged) }
  }

  /** Chunks are as DuckDB makes them, at most 2,048 rows. */
  async *streamQuery<R>({ sql }: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    const result = await this.#connection.stream(sql)
    for await (const rows of result.yieldConvertedRowObjects(columnValue)) yield { rows: rows as R[] }
  }

  async cancelQuery(): Promise<void> {
    this.#connection.interrupt()
  }

  close(): void {
    this.#connection.closeSync()
  }
}
