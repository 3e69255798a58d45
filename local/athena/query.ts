import { type ColumnValue, columnValue } from '../../sql/duckdb/column-value.ts'
import { interruptible } from '../duckdb/interruptible.ts'
import type { Engine } from './engine.ts'
import { failureReason } from './failure.ts'
import { prepareSelect } from './select-only.ts'
import { asDuckDb, parseStatement } from './statement.ts'

export interface QueryResult {
  readonly columns: readonly string[]
  /** Values in the order of the columns, of the types in `catalog/column.ts`. */
  readonly rows: readonly (readonly ColumnValue[])[]
}

export interface QueryOptions {
  readonly signal?: AbortSignal | undefined
  /** The database of names that have none. */
  readonly database?: string | undefined
}

/** Runs a query in this process, for who wants typed values instead of Athena's texts. It can only read. */
export const query = async (
  engine: Engine,
  text: string,
  options: QueryOptions = {},
): Promise<QueryResult> => {
  const { signal, database } = options
  signal?.throwIfAborted()
  const connection = await engine.connect(database)
  try {
    return await interruptible(connection, signal, async () => {
      const statement = parseStatement(text)
      if (statement.kind !== 'query') throw new Error('NOT_SUPPORTED: only queries can run here')
      const prepared = await prepareSelect(connection, asDuckDb(statement.sql))
      const result = await prepared.run()
      return { columns: result.columnNames(), rows: await result.convertRows(columnValue) }
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw new Error(failureReason(error), { cause: error })
  } finally {
    connection.closeSync()
  }
}
