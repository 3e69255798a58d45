import type { DialectName } from '../../sql/builder.ts'
import type { StatementResult } from './statement-result.ts'

export interface StatementRequest {
  readonly sql: string
  /** The database of names that have none. */
  readonly database: string | undefined
  /** The file that the rows go to, in Athena's form; whoever asked removes it after a failure. */
  readonly resultPath: string
  /** Where the files of a CREATE TABLE AS go that names no place: an s3 URI. */
  readonly defaultLocation: string
  readonly signal: AbortSignal
}

/** Whatever runs Athena's statements: on this machine DuckDB, or Trino, of which Athena's own engine is a fork. */
export interface SqlEngine {
  /** What GetQueryExecution tells as the engine's version. */
  readonly version: string
  /** The SQL that it reads. */
  readonly dialect: DialectName
  /** Runs one statement to its end; a failure's message begins with the name of an error of Athena's. */
  run(request: StatementRequest): Promise<StatementResult>
  close(): Promise<void>
}
