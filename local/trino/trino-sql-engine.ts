import type { TextRow } from '../athena/result-file.ts'
import { writeResult } from '../athena/result-file.ts'
import type { SqlEngine } from '../athena/sql-engine.ts'
import type { ColumnInfo } from '../athena/statement-result.ts'
import { toTrino } from './athena-to-trino.ts'
import { resultColumn } from './result-column.ts'
import { startTrino, type TrinoOptions } from './start-trino.ts'
import { statementPages } from './statement-client.ts'
import { valueText } from './value-text.ts'
import { TRINO_VERSION } from './versions.ts'

const isQuery = (sql: string): boolean => !/^(CREATE|DROP)\b/i.test(sql)

/** A Trino of its own as the engine of Athena's statements: it reads and writes the lake through Glue and S3 alone. */
export async function trinoSqlEngine(options: TrinoOptions): Promise<SqlEngine> {
  const trino = await startTrino(options)
  return {
    version: `Trino ${TRINO_VERSION}`,
    dialect: 'athena',
    async run({ sql: text, database, resultPath, defaultLocation, signal }) {
      if (!trino.isAlive()) throw new Error('GENERIC_INTERNAL_ERROR: Trino has ended: start the night again')
      const { sql, session } = toTrino(text, defaultLocation)
      const pages = statementPages({ server: trino.server, sql, database, session, signal })
      let columns: ColumnInfo[] = []
      let bytes = 0
      async function* rows(): AsyncGenerator<readonly TextRow[]> {
        for await (const page of pages) {
          if (columns.length === 0 && page.columns.length > 0) {
            columns = page.columns.map(resultColumn)
            yield [columns.map(({ Name }) => Name)]
          }
          bytes = page.bytes
          yield page.rows.map((row) => row.map(valueText))
        }
      }
      if (isQuery(sql)) return { index: await writeResult(resultPath, rows()), columns, bytes }
      // A CREATE TABLE AS tells how many rows it wrote; Athena gives no result for it.
      for await (const page of pages) bytes = page.bytes
      return { columns, index: { rows: 0, bytes: 0, offsets: [] }, bytes }
    },
    close: () => trino.stop(),
  }
}
