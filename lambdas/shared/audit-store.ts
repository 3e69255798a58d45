import { PutObjectCommand } from '@aws-sdk/client-s3'
import { LAKE } from '../../catalog/layout.ts'
import type { RowOf, Table } from '../../catalog/table.ts'
import { s3 } from './clients.ts'
import { environment } from './environment.ts'
import { type ExecutionFacts, partsOfExecution } from './execution-facts.ts'
import { runOf } from './run-id.ts'

/**
 * Writes the rows that an execution has in an audit table as one file: a put replaces them as a whole. Where there are none,
 * there is none: rows of a run only ever get more.
 */
export async function putAudit<T extends Table>(
  table: T,
  facts: Pick<ExecutionFacts, 'execution' | 'startedAt'>,
  rows: readonly RowOf<T>[],
): Promise<void> {
  if (rows.length === 0) return
  await s3().send(
    new PutObjectCommand({
      Bucket: environment().lakeBucket,
      Key: `${LAKE.auditOf(table.name)}${fileOf(facts)}`,
      Body: rows.map((row) => `${JSON.stringify(row, plainNumber)}\n`).join(''),
      ContentType: 'application/x-ndjson',
    }),
  )
}

/** The start is part of the name: after 90 days Step Functions gives a name, and with it an ARN, once more. */
function fileOf({ execution, startedAt }: Pick<ExecutionFacts, 'execution' | 'startedAt'>): string {
  const { machine, name } = partsOfExecution(execution)
  return `${machine}@${runOf(name)}@${startedAt.toISOString().replaceAll(/[^0-9TZ]/g, '')}.json`
}

/** Counts come from documents: they are exact as numbers. */
const plainNumber = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value
