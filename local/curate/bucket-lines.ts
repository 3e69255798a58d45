import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { EVENT_COLUMNS } from '../../glue-jobs/curation.ts'
import { quoted } from '../duckdb/text.ts'
import { runTold } from './run-told.ts'

/** The buckets of rejected lines and of those that are left out; the others count from 0. */
export const REJECTED = -1
export const LEFT = -2

/** The folder of the buckets in a curation's work folder. */
export const LINES = 'lines'

export const bucketFolder = (folder: string, bucket: number): string => join(folder, `bucket=${bucket}`)

/** Small inputs get one bucket, big ones as many as keep each in memory. */
const BUCKET_BYTES = 96e6
const MOST_BUCKETS = 64

/** For so many bytes of CSV. */
export const bucketsFor = (bytes: number): number =>
  Math.min(MOST_BUCKETS, Math.ceil(bytes / BUCKET_BYTES) || 1)

interface BucketOptions {
  /** The query that judges the relation `lines`. */
  readonly judged: string
  /** Whether the query has lines that are left out, and what tells events apart. */
  readonly isStream: boolean
  readonly buckets: number
  /** Where the buckets go; what is there stays. */
  readonly folder: string
  readonly onPart: (part: number) => void
}

/**
 * Judges every line once, and writes what comes of it to temporary Parquet files in buckets: a category lies in one bucket
 * whole, and so each bucket can be deduplicated and sorted for itself in bounded memory.
 */
export async function bucketLines(
  connection: DuckDBConnection,
  { judged, isStream, buckets, folder, onPart }: BucketOptions,
): Promise<void> {
  const left = isStream ? `WHEN left_out IS NOT NULL THEN ${LEFT} ` : ''
  const bucketed = `
    SELECT ${EVENT_COLUMNS.join(', ')}, reasons, ${isStream ? 'left_out, CASE WHEN reasons IS NULL THEN sent END AS sent,' : ''}
      CASE WHEN reasons IS NOT NULL THEN line END AS line,
      CASE WHEN reasons IS NOT NULL THEN source_file END AS source_file,
      CASE ${left}WHEN reasons IS NULL THEN CAST(hash(category_id) % ${buckets} AS INTEGER) ELSE ${REJECTED} END AS bucket
    FROM (${judged})`
  await runTold(
    connection,
    `COPY (${bucketed}) TO ${quoted(folder)} (FORMAT parquet, COMPRESSION snappy, PARTITION_BY (bucket), APPEND)`,
    onPart,
  )
}
