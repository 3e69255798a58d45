import {
  BatchGetQueryExecutionCommand,
  paginateListQueryExecutions,
  type QueryExecution,
} from '@aws-sdk/client-athena'
import { athena } from '../clients.ts'
import { environment } from '../environment.ts'

/** The most that one call lists or describes. */
const PAGE = 50
/** No query runs or waits for so long. */
const LONGEST = 2 * 24 * 60 * 60 * 1000

/**
 * When the oldest query was submitted that still runs or waits, in a workgroup of the lake or the one that all have, as milliseconds; infinity
 * where none does. It may read whatever a view showed since.
 */
export async function oldestQuery(now: number): Promise<number> {
  const { workgroup, martWorkgroup, primaryWorkgroup } = environment().names
  const workgroups = [workgroup, martWorkgroup, primaryWorkgroup]
  const oldest = await Promise.all(workgroups.map((name) => oldestOf(name, now)))
  return Math.min(...oldest)
}

async function oldestOf(WorkGroup: string, now: number): Promise<number> {
  let oldest = Number.POSITIVE_INFINITY
  const pages = paginateListQueryExecutions({ client: athena(), pageSize: PAGE }, { WorkGroup })
  for await (const { QueryExecutionIds = [] } of pages) {
    if (QueryExecutionIds.length === 0) continue
    const { QueryExecutions = [] } = await athena().send(
      new BatchGetQueryExecutionCommand({ QueryExecutionIds }),
    )
    oldest = Math.min(oldest, ...QueryExecutions.filter(isUnderWay).map(submittedAt))
    // Athena lists 45 days, the newest first.
    const isOld = QueryExecutions.every((query) => submittedAt(query) < now - LONGEST)
    if (isOld && QueryExecutions.length > 0) break
  }
  return oldest
}

const isUnderWay = ({ Status }: QueryExecution): boolean =>
  Status?.State === 'RUNNING' || Status?.State === 'QUEUED'

const submittedAt = ({ Status }: QueryExecution): number => Status?.SubmissionDateTime?.getTime() ?? 0
