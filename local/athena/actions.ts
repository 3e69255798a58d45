import { z } from 'zod'
import { AwsError, type Registry } from '../registry.ts'
import type { QueryExecutions } from './query-executions.ts'

const PAGE = 1000

const startInput = z.object({
  QueryString: z.string().min(1).max(262_144),
  ClientRequestToken: z.string().min(32).max(128).optional(),
  QueryExecutionContext: z
    .object({ Database: z.string().optional(), Catalog: z.string().optional() })
    .optional(),
  WorkGroup: z.string().optional(),
})

const STATEMENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^\s*(CREATE|DROP)\b/i, 'DDL'],
  [/^\s*(SHOW|DESC|DESCRIBE|EXPLAIN)\b/i, 'UTILITY'],
]

const SUBSTATEMENTS: readonly (readonly [RegExp, string])[] = [
  [/^\s*CREATE\s+TABLE\b/i, 'CREATE_TABLE_AS_SELECT'],
  [/^\s*CREATE\b/i, 'CREATE_VIEW'],
]

const first = (table: readonly (readonly [RegExp, string])[], sql: string): string | undefined =>
  table.find(([pattern]) => pattern.test(sql))?.[1]

export const registerAthenaActions = (registry: Registry, executions: QueryExecutions): void => {
  const byId = z.object({ QueryExecutionId: z.string() })

  registry.register('athena', 'startQueryExecution', startInput, async (input) => ({
    QueryExecutionId: executions.start({
      sql: input.QueryString,
      database: input.QueryExecutionContext?.Database?.toLowerCase(),
      workgroup: input.WorkGroup ?? 'primary',
      token: input.ClientRequestToken,
    }),
  }))

  registry.register('athena', 'getQueryExecution', byId, async ({ QueryExecutionId }) => {
    const execution = executions.get(QueryExecutionId)
    const { id, sql, database, workgroup, state, reason, submitted, completed, result } = execution
    const millis = (completed ?? new Date()).getTime() - submitted.getTime()
    return {
      QueryExecution: {
        QueryExecutionId: id,
        Query: sql,
        StatementType: first(STATEMENT_TYPES, sql) ?? 'DML',
        SubstatementType: first(SUBSTATEMENTS, sql) ?? 'SELECT',
        WorkGroup: workgroup,
        EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: executions.engineVersion },
        QueryExecutionContext: database === undefined ? {} : { Database: database },
        ResultConfiguration: { OutputLocation: executions.locationOf(execution) },
        Status: {
          State: state,
          SubmissionDateTime: submitted,
          ...(completed ? { CompletionDateTime: completed } : {}),
          ...(reason === undefined ? {} : { StateChangeReason: reason }),
          ...(state === 'FAILED'
            ? { AthenaError: { ErrorCategory: 2, ErrorType: 1006, Retryable: false, ErrorMessage: reason } }
            : {}),
        },
        Statistics: {
          EngineExecutionTimeInMillis: millis,
          TotalExecutionTimeInMillis: millis,
          DataScannedInBytes: state === 'SUCCEEDED' ? result.bytes : 0,
        },
      },
    }
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
