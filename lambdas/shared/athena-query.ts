import { setTimeout as sleep } from 'node:timers/promises'
import {
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { athena } from './clients.ts'
import { environment } from './environment.ts'
import { QueryFailedError, RetryableQueryError } from './errors.ts'

/** A row of a result by column name; Athena gives every value as text, null as nothing. */
type ResultRow = Record<string, string | undefined>

interface Polling {
  readonly firstDelay: number
  readonly maxDelay: number
}

// The embedded platform answers within milliseconds, Athena's shortest queries within half a second.
const POLLING: Polling = { firstDelay: 20, maxDelay: 2_000 }

/** How S3 and Glue say through Athena that they were asked too often. */
const BUSY = /throttl|rate exceeded|slow ?down|reduce your request rate/i

/** What came of a query: all its rows, and how much Athena has read for them. */
interface Measured {
  readonly rows: ResultRow[]
  readonly bytesScanned: number
}

/** Runs a statement in the deployment's workgroup and waits for its end; the id of the query execution. */
export const execute = async (sql: string, polling = POLLING): Promise<string> => (await run(sql, polling)).id

async function run(
  sql: string,
  polling: Polling,
): Promise<{ readonly id: string; readonly bytesScanned: number }> {
  const { workgroup, names } = environment()
  const started = await athena().send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      // Statements name their databases; without one here Athena would take `default`.
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: names.lakeDatabase },
    }),
  )
  const id = started.QueryExecutionId ?? ''
  let ceiling = polling.firstDelay
  for (;;) {
    const answer = await athena().send(new GetQueryExecutionCommand({ QueryExecutionId: id }))
    if (ended(id, answer.QueryExecution))
      return { id, bytesScanned: answer.QueryExecution?.Statistics?.DataScannedInBytes ?? 0 }
    // Equal jitter: many Lambdas that wait for Athena together must not ask together.
    await sleep(ceiling / 2 + (Math.random() * ceiling) / 2)
    ceiling = Math.min(ceiling * 2, polling.maxDelay)
  }
}

/** Runs a query with a small result and reads all of it. */
export async function query(sql: string, polling = POLLING): Promise<Measured> {
  const { id, bytesScanned } = await run(sql, polling)
  const rows: ResultRow[] = []
  let header: string[] | undefined
  for await (const page of paginateGetQueryResults({ client: athena() }, { QueryExecutionId: id })) {
    for (const { Data = [] } of page.ResultSet?.Rows ?? []) {
      // The first row of the first page has the column names.
      if (header) rows.push(Object.fromEntries(header.map((name, i) => [name, Data[i]?.VarCharValue])))
      else header = Data.map(({ VarCharValue }) => VarCharValue ?? '')
    }
  }
  return { rows, bytesScanned }
}

function ended(id: string, execution: QueryExecution | undefined): boolean {
  const { State, StateChangeReason, AthenaError } = execution?.Status ?? {}
  if (State === 'SUCCEEDED') return true
  if (State !== 'FAILED' && State !== 'CANCELLED') return false
  const message = `Athena query ${id} ${State.toLowerCase()}: ${StateChangeReason ?? 'no reason'}`
  throw AthenaError?.Retryable || BUSY.test(StateChangeReason ?? '')
    ? new RetryableQueryError(message)
    : new QueryFailedError(message)
}
