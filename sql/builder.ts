import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  type QueryCompiler,
} from 'kysely'
import { AthenaQueryCompiler } from './athena/athena-query-compiler.ts'
import { DuckDBQueryCompiler } from './duckdb/duckdb-query-compiler.ts'
import { SparkQueryCompiler } from './spark/spark-query-compiler.ts'

export type DialectName = 'duckdb' | 'athena' | 'spark'

const COMPILERS: Record<DialectName, () => QueryCompiler> = {
  duckdb: () => new DuckDBQueryCompiler(),
  athena: () => new AthenaQueryCompiler(),
  spark: () => new SparkQueryCompiler(),
}

/**
 * A query builder that compiles for one dialect and never connects.
 *
 * ```ts
 * builderFor<Database>('athena').selectFrom('user_activity').select('brand').compile().sql
 * ```
 */
export const builderFor = <DB>(dialect: DialectName): Kysely<DB> =>
  new Kysely<DB>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: COMPILERS[dialect],
    },
  })

/** The SQL text of a query in its builder's dialect, without parameters. */
export const textOf = (query: Compilable): string => query.compile().sql
