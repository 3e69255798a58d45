import type { DatabaseIntrospector, Dialect, DialectAdapter, Driver, Kysely, QueryCompiler } from 'kysely'
import { InformationSchemaIntrospector } from '../information-schema-introspector.ts'
import { DuckDBAdapter } from './duckdb-adapter.ts'
import type { DuckDBDialectConfig } from './duckdb-dialect-config.ts'
import { DuckDBDriver } from './duckdb-driver.ts'
import { DuckDBQueryCompiler } from './duckdb-query-compiler.ts'

/**
 * DuckDB in process. Values come back as `catalog/column.ts` describes them: no 64-bit integer, decimal or timestamp
 * passes a JavaScript number or Date.
 *
 * ```ts
 * import { DuckDBInstance } from '@duckdb/node-api'
 * import { Kysely, sql } from 'kysely'
 *
 * const db = new Kysely<never>({
 *   dialect: new DuckDBDialect({ duckdb: () => DuckDBInstance.create(':memory:') }),
 * })
 * await sql`select 2053013555631882655 as category_id`.execute(db)
 * await db.destroy()
 * ```
 */
export class DuckDBDialect implements Dialect {
  readonly #config: DuckDBDialectConfig

  constructor(config: DuckDBDialectConfig) {
    this.#config = config
  }

  createAdapter(): DialectAdapter {
    return new DuckDBAdapter()
  }

  createDriver(): Driver {
    return new DuckDBDriver(this.#config)
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new InformationSchemaIntrospector(db)
  }

  createQueryCompiler(): QueryCompiler {
    return new DuckDBQueryCompiler()
  }
}
