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
import { FlinkQueryCompiler } from './flink/flink-query-compiler.ts'
import { SparkQueryCompiler } from './spark/spark-query-compiler.ts'

/** The dialects of the lake: what is portable can be said in each. */
export type DialectName = 'duckdb' | 'athena' | 'spark'
/** Flink SQL is the stream's, and speaks of windows. */
export type StreamDialectName = 'flink'

const COMPILERS: Record<DialectName | StreamDialectName, () => QueryCompiler> = {
  duckdb: () => new DuckDBQueryCompiler(),
  athena: () => new AthenaQueryCompiler(),
  spark: () => new SparkQueryCompiler(),
  flink: () => new FlinkQueryCompiler(),
}

/**
 * A query builder that compiles for one dialect and never connects.
 *
 * ```ts
 * builderFor<Database>('athena').selectFrom('user_activity').select('brand').compile().sql
 * ```
 */
export const builderFor = <DB>(dialect: DialectName | StreamDialectName): Kysely<DB> =>
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
