import { setTimeout as sleep } from 'node:timers/promises'
import {
  GetQueryExecutionCommand,
  type GetQueryResultsOutput,
  paginateGetQueryResults,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type { AthenaDialectConfig } from './athena-dialect-config.ts'
import { AthenaQueryError } from './athena-query-error.ts'
import { columnValue } from './column-value.ts'

/** As many rows as one call of GetQueryResults gives. */
const PAGE = 1000

export class AthenaDriver implements Driver {
  readonly #config: AthenaDialectConfig

  constructor(config: AthenaDialectConfig) {
    this.#config = { ...config }
  }

  async init(): Promise<void> {
    // Athena has no sessions: there is nothing to open.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new AthenaConnection(this.#config)
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

  async releaseConnection(): Promise<void> {
    // See init.
  }

  async destroy(): Promise<void> {
    this.#config.client.destroy()
  }
}

const NO_TRANSACTIONS =
  'Athena has no transactions: write a new version, then publish it with CREATE OR REPLACE VIEW.'

class AthenaConnection implements DatabaseConnection {
  readonly #config: AthenaDialectConfig
  /** The query that runs now, for `cancelQuery`. */
  #running: string | undefined

  constructor(config: AthenaDialectConfig) {
    this.#config = config
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const rows: R[] = []
    let numAffectedRows: bigint | undefined
    for await (const page of this.streamQuery<R>(query, PAGE)) {
      rows.push(...page.rows)
      numAffectedRows = page.numAffectedRows
    }
    return { rows, ...(numAffectedRows !== undefined && { numAffectedRows }) }
  }

  async *streamQuery<R>({ sql }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const execution = await this.#finished(await this.#started(sql))
    // Only a SELECT has its column names as a first row.
    let header = execution.StatementType === 'DML' && execution.SubstatementType !== 'INSERT'
    const pages = paginateGetQueryResults(
      { client: this.#config.client, pageSize: Math.min(chunkSize, PAGE) },
      { QueryExecutionId: execution.QueryExecutionId },
    )
    for await (const page of pages) {
      yield resultOf<R>(page, header)
      header = false
    }
  }

  async cancelQuery(): Promise<void> {
    if (this.#running === undefined) return
    await this.#config.client.send(new StopQueryExecutionCommand({ QueryExecutionId: this.#running }))
  }

  async #started(sql: string): Promise<string> {
    const { client, workGroup, database, catalog = 'AwsDataCatalog' } = this.#config
    const { QueryExecutionId } = await client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: workGroup,
        QueryExecutionContext: { Database: database, Catalog: catalog },
      }),
    )
    if (!QueryExecutionId)
      throw new Error(`Athena gave no id for a query in workgroup ${workGroup}: try again.`)
    return QueryExecutionId
  }

  async #finished(QueryExecutionId: string): Promise<QueryExecution> {
    const { client, poll = { first: 100, max: 5000 } } = this.#config
    this.#running = QueryExecutionId
    try {
      for (let wait = poll.first; ; wait = Math.min(wait * 2, poll.max)) {
        const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }))
        const state = QueryExecution?.Status?.State
        if (QueryExecution && state === 'SUCCEEDED') return QueryExecution
        if (state !== 'QUEUED' && state !== 'RUNNING')
          throw new AthenaQueryError(QueryExecution ?? { QueryExecutionId })
        await sleep(wait)
      }
    } finally {
      this.#running = undefined
    }
  }
}

function resultOf<R>({ ResultSet, UpdateCount }: GetQueryResultsOutput, header: boolean): QueryResult<R> {
  const columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? []
  const rows = (ResultSet?.Rows ?? [])
    .slice(header ? 1 : 0)
    .map(({ Data = [] }) =>
      Object.fromEntries(
        columns.map((column, i) => [column.Name, columnValue(Data[i]?.VarCharValue, column)]),
      ),
    )
  return { rows: rows as R[], ...(UpdateCount !== undefined && { numAffectedRows: BigInt(UpdateCount) }) }
}
