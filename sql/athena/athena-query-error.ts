import type { QueryExecution } from '@aws-sdk/client-athena'

/** A query that Athena did not finish. */
export class AthenaQueryError extends Error {
  override readonly name = 'AthenaQueryError'
  readonly queryExecutionId: string
  /** True where Athena says that the same query may succeed later. */
  readonly retryable: boolean

  constructor({ QueryExecutionId = 'unknown', WorkGroup, Status }: QueryExecution) {
    const reason = Status?.StateChangeReason ?? Status?.AthenaError?.ErrorMessage ?? 'Athena gives no reason'
    const state = Status?.State?.toLowerCase() ?? 'lost'
    super(`Athena query ${QueryExecutionId} (workgroup ${WorkGroup ?? 'unknown'}) ${state}: ${reason}`)
    this.queryExecutionId = QueryExecutionId
    this.retryable = Status?.AthenaError?.Retryable ?? false
  }
}
