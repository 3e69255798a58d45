import { interruptible } from '../duckdb/interruptible.ts'
import type { Catalog } from '../glue/catalog.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import type { Engine } from './engine.ts'
import { runStatement } from './run-statement.ts'
import type { SqlEngine } from './sql-engine.ts'
import { parseStatement } from './statement.ts'

interface DuckDbOptions {
  readonly engine: Engine
  readonly catalog: Catalog
  readonly objects: ObjectStore
}

/** The query in a statement: what a table is made of is read too, a view that is made is not. */
function readBy(sql: string): string {
  const statement = parseStatement(sql)
  return statement.kind === 'query' ? statement.sql : statement.kind === 'ctas' ? statement.select : ''
}

/** DuckDB as the engine of Athena's statements, each on a connection of its own. */
export const duckdbSqlEngine = ({ engine, catalog, objects }: DuckDbOptions): SqlEngine => ({
  version: 'DuckDB',
  dialect: 'duckdb',
  async run({ sql, signal, ...request }) {
    const connection = await engine.connect(request.database)
    try {
      signal.throwIfAborted()
      const bytes = await engine.bytesOf(readBy(sql), request.database)
      const context = { ...request, catalog, objects, connection }
      const result = await interruptible(connection, signal, () => runStatement(sql, context))
      return { ...result, bytes }
    } finally {
      connection.closeSync()
    }
  },
  // The instance is the platform's, which asks it for more than Athena's statements.
  close: async () => undefined,
})
