import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { timestampLiteral } from '../../athena-views/in-month.ts'
import { monthRange } from '../../catalog/month.ts'
import { EVENT_COLUMNS, judgedLines, type RawLines } from '../../glue-jobs/curation.ts'
import { builderFor } from '../../sql/builder.ts'
import { quoted } from '../duckdb/text.ts'
import { type RawFile, rawLines } from './raw-lines.ts'
import { runTold } from './run-told.ts'

/** The bucket of rejected lines; the others count from 0. */
export const REJECTED = -1

export const bucketFolder = (folder: string, bucket: number): string => join(folder, `bucket=${bucket}`)

interface BucketOptions {
  readonly files: readonly RawFile[]
  readonly month: string
  readonly buckets: number
  /** Where the buckets go. */
  readonly folder: string
  readonly onPart: (part: number) => void
}

/**
 * Judges every line once, and writes what comes of it to temporary Parquet files in buckets: a category lies in one bucket
 * whole, and so each bucket can be deduplicated and sorted for itself in bounded memory.
 */
export async function bucketLines(
  connection: DuckDBConnection,
  { files, month, buckets, folder, onPart }: BucketOptions,
): Promise<void> {
  const { from, to } = monthRange(month)
  const judged = judgedLines(builderFor<RawLines>('duckdb'), {
    from: timestampLiteral(from),
    to: timestampLiteral(to),
  }).compile().sql
  await connection.run(`CREATE TEMP VIEW lines AS ${rawLines(files)}`)
  const bucketed = `
    SELECT ${EVENT_COLUMNS.join(', ')}, reasons,
      CASE WHEN reasons IS NOT NULL THEN line END AS line,
      CASE WHEN reasons IS NOT NULL THEN source_file END AS source_file,
      CASE WHEN reasons IS NULL THEN CAST(hash(category_id) % ${buckets} AS INTEGER) ELSE ${REJECTED} END AS bucket
    FROM (${judged})`
  await runTold(
    connection,
    `COPY (${bucketed}) TO ${quoted(folder)} (FORMAT parquet, COMPRESSION snappy, PARTITION_BY (bucket))`,
    onPart,
  )
}
