import type { DatabaseIntrospector, Dialect, DialectAdapter, Driver, Kysely, QueryCompiler } from 'kysely'
import { InformationSchemaIntrospector } from '../information-schema-introspector.ts'
import { AthenaAdapter } from './athena-adapter.ts'
import type { AthenaDialectConfig } from './athena-dialect-config.ts'
import { AthenaDriver } from './athena-driver.ts'
import { AthenaQueryCompiler } from './athena-query-compiler.ts'

/**
 * Athena (engine 3, Trino). Values come back as `catalog/column.ts` describes them.
 *
 * ```ts
 * import { AthenaClient } from '@aws-sdk/client-athena'
 * import { Kysely, sql } from 'kysely'
 *
 * const db = new Kysely<never>({
 *   dialect: new AthenaDialect({
 *     client: new AthenaClient(),
 *     workGroup: 'ecomm-lakehouse-dev',
 *     database: 'ecommerce',
 *   }),
 * })
 * await sql`select 2053013555631882655 as category_id`.execute(db)
 * await db.destroy()
 * ```
 */
export class AthenaDialect implements Dialect {
  readonly #config: AthenaDialectConfig

  constructor(config: AthenaDialectConfig) {
    this.#config = config
  }

  createAdapter(): DialectAdapter {
    return new AthenaAdapter()
  }

  createDriver(): Driver {
    return new AthenaDriver(this.#config)
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new InformationSchemaIntrospector(db)
  }

  createQueryCompiler(): QueryCompiler {
    return new AthenaQueryCompiler()
  }
}
