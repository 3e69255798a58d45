import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import { StatementType } from '@duckdb/node-api'

const EXPLAIN = /^EXPLAIN\s+(ANALYZE\s+)?(\([^)]*\)\s*)?/i

/** Binds one statement that only reads; what would write, or several at once, is refused before anything runs. */
export const prepareSelect = async (
  connection: DuckDBConnection,
  sql: string,
): Promise<DuckDBPreparedStatement> => {
  const statements = await connection.extractStatements(sql)
  if (statements.count !== 1)
    throw new Error('SYNTAX_ERROR: Only one sql statement is allowed. Send them one by one.')
  const prepared = await statements.prepare(0)
  if (prepared.parameterCount > 0)
    throw new Error('NOT_SUPPORTED: parameters ("?") are not emulated: write the values')
  const explained = sql.replace(EXPLAIN, '')
  // EXPLAIN ANALYZE runs what it explains.
  if (prepared.statementType === StatementType.EXPLAIN && explained !== sql)
    await prepareSelect(connection, explained)
  else if (prepared.statementType !== StatementType.SELECT)
    throw new Error(`NOT_SUPPORTED: only queries can run here, not ${StatementType[prepared.statementType]}`)
  return prepared
}
