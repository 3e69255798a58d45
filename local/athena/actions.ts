import { z } from 'zod'
import { pageOf } from '../glue/paging.ts'
import { AwsError, type Registry } from '../registry.ts'
import type { QueryExecutions } from './query-executions.ts'
import { queryOutput } from './query-output.ts'
import { PRIMARY } from './workgroups.ts'

const PAGE = 1000

const startInput = z.object({
  QueryString: z.string().min(1).max(262_144),
  ClientRequestToken: z.string().min(32).max(128).optional(),
  QueryExecutionContext: z
    .object({ Database: z.string().optional(), Catalog: z.string().optional() })
    .optional(),
  ResultConfiguration: z.object({ OutputLocation: z.string().optional() }).optional(),
  ExecutionParameters: z.array(z.string().min(1).max(1024)).min(1).optional(),
  WorkGroup: z.string().optional(),
})

/** Athena's queries: started, asked for, stopped, listed, and their results by pages. */
export const registerAthenaActions = (registry: Registry, executions: QueryExecutions): void => {
  const byId = z.object({ QueryExecutionId: z.string() })
  const outputOf = (id: string) => queryOutput(executions.get(id), executions.engineVersion)

  registry.register('athena', 'startQueryExecution', startInput, async (input) => ({
    QueryExecutionId: executions.start({
      sql: input.QueryString,
      parameters: input.ExecutionParameters,
      database: input.QueryExecutionContext?.Database?.toLowerCase(),
      workgroup: input.WorkGroup ?? PRIMARY,
      token: input.ClientRequestToken,
      output: input.ResultConfiguration?.OutputLocation,
    }),
  }))

  registry.register('athena', 'getQueryExecution', byId, async ({ QueryExecutionId }) => ({
    QueryExecution: outputOf(QueryExecutionId),
  }))

  const several = z.object({ QueryExecutionIds: z.array(z.string()).min(1).max(50) })
  registry.register('athena', 'batchGetQueryExecution', several, async ({ QueryExecutionIds }) => {
    const isKnown = (id: string) => executions.find(id) !== undefined
    return {
      QueryExecutions: QueryExecutionIds.filter(isKnown).map(outputOf),
      UnprocessedQueryExecutionIds: QueryExecutionIds.filter((id) => !isKnown(id)).map((id) => ({
        QueryExecutionId: id,
        ErrorCode: 'INVALID_INPUT',
        ErrorMessage: `QueryExecution ${id} was not found`,
      })),
    }
  })

  const listInput = z.object({
    WorkGroup: z.string().optional(),
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(0).max(50).optional(),
  })
  registry.register('athena', 'listQueryExecutions', listInput, async (input) => {
    const { WorkGroup = PRIMARY, NextToken, MaxResults } = input
    const { items, ...next } = pageOf(
      executions.list(WorkGroup),
      NextToken,
      MaxResults || 50,
      'InvalidRequestException',
    )
    return { QueryExecutionIds: items.map(({ id }) => id), ...next }
  })

  const resultsInput = byId.extend({
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(1).max(PAGE).optional(),
  })
  registry.register('athena', 'getQueryResults', resultsInput, async (input) => {
    const { QueryExecutionId, NextToken, MaxResults = PAGE } = input
    const from = NextToken === undefined ? 0 : Number(NextToken)
    if (!Number.isSafeInteger(from) || from < 0)
      throw new AwsError('InvalidRequestException', `Invalid NextToken: ${NextToken}`)
    const rows = await executions.rows(QueryExecutionId, from, from + MaxResults)
    const { columns, index } = executions.get(QueryExecutionId).result
    const toDatum = (text: string | undefined) => (text === undefined ? {} : { VarCharValue: text })
    return {
      UpdateCount: 0,
      ResultSet: {
        Rows: rows.map((row) => ({ Data: row.map(toDatum) })),
        ResultSetMetadata: { ColumnInfo: columns },
      },
      ...(from + rows.length < index.rows ? { NextToken: String(from + rows.length) } : {}),
    }
  })

  registry.register('athena', 'stopQueryExecution', byId, async ({ QueryExecutionId }) => {
    executions.stop(QueryExecutionId)
    return {}
  })
}
