import { setTimeout as sleep } from 'node:timers/promises'
import type { GetQueryResultsOutput, QueryExecution } from '@aws-sdk/client-athena'
import { columnValue } from '../../sql/athena/column-value.ts'
import type { Registry } from '../registry.ts'
import type { QueryResult } from './query.ts'

const POLL_MS = 20

/** Runs a query by Athena's own actions, and so on whatever engine answers them, and reads all of its result. */
export const ask = async (registry: Registry, sql: string, database: string): Promise<QueryResult> => {
  const context = { signal: new AbortController().signal }
  const call = async <T>(action: string, input: unknown) =>
    (await registry.call('athena', action, input, context)) as T
  const { QueryExecutionId } = await call<{ QueryExecutionId: string }>('startQueryExecution', {
    QueryString: sql,
    QueryExecutionContext: { Database: database },
  })
  const status = async () =>
    (await call<{ QueryExecution: QueryExecution }>('getQueryExecution', { QueryExecutionId })).QueryExecution
      .Status
  let now = await status()
  for (; now?.State === 'QUEUED' || now?.State === 'RUNNING'; now = await status()) await sleep(POLL_MS)
  if (now?.State !== 'SUCCEEDED') throw new Error(now?.StateChangeReason ?? `the query is ${now?.State}`)

  const rows: QueryResult['rows'][number][] = []
  let columns: NonNullable<NonNullable<GetQueryResultsOutput['ResultSet']>['ResultSetMetadata']>['ColumnInfo']
  for (let NextToken: string | undefined, isFirst = true; isFirst || NextToken; isFirst = false) {
    const page = await call<GetQueryResultsOutput>('getQueryResults', { QueryExecutionId, NextToken })
    columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []
    const found = (page.ResultSet?.Rows ?? []).slice(isFirst ? 1 : 0)
    for (const { Data = [] } of found)
      rows.push(columns.map((column, i) => columnValue(Data[i]?.VarCharValue, column)))
    NextToken = page.NextToken
  }
  return { columns: (columns ?? []).map(({ Name = '' }) => Name), rows }
}
