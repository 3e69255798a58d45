import { s3Uri } from '../../catalog/layout.ts'
import type { QueryRecord } from './query-record.ts'

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

/** A query execution as GetQueryExecution shows it. */
export const queryOutput = (record: QueryRecord, engineVersion: string) => {
  const { id, sql, parameters, database, workgroup, state, reason, submitted, completed, result, manifest } =
    record
  const millis = (completed ?? new Date()).getTime() - submitted.getTime()
  return {
    QueryExecutionId: id,
    Query: sql,
    StatementType: first(STATEMENT_TYPES, sql) ?? 'DML',
    SubstatementType: first(SUBSTATEMENTS, sql) ?? 'SELECT',
    WorkGroup: workgroup,
    EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: engineVersion },
    QueryExecutionContext: database === undefined ? {} : { Database: database },
    ResultConfiguration: { OutputLocation: s3Uri(record.bucket, record.key) },
    ...(parameters && { ExecutionParameters: parameters }),
    Status: {
      State: state,
      SubmissionDateTime: submitted,
      ...(completed && { CompletionDateTime: completed }),
      ...(reason !== undefined && { StateChangeReason: reason }),
      ...(state === 'FAILED' && {
        AthenaError: { ErrorCategory: 2, ErrorType: 1006, Retryable: false, ErrorMessage: reason },
      }),
    },
    Statistics: {
      EngineExecutionTimeInMillis: millis,
      TotalExecutionTimeInMillis: millis,
      DataScannedInBytes: state === 'SUCCEEDED' ? result.bytes : 0,
      ...(manifest !== undefined && { DataManifestLocation: manifest }),
    },
  }
}
