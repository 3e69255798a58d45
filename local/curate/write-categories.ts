import { readdirSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { EventSource } from '../../catalog/events.ts'
import {
  type Curation,
  distinctEvents,
  distinctStreamEvents,
  type StreamCuration,
} from '../../glue-jobs/curated-rows.ts'
import { EVENT_COLUMNS } from '../../glue-jobs/curation.ts'
import { builderFor } from '../../sql/builder.ts'
import { rowsOf } from '../duckdb/rows-of.ts'
import { quoted, quotedPath } from '../duckdb/text.ts'
import { bucketFolder } from './bucket-lines.ts'
import type { DayCount, Part } from './plan-parts.ts'

/** By category, then time; the rest makes the order of a file one and the same each time. */
const ORDER = [
  'category_id',
  'event_time',
  ...EVENT_COLUMNS.filter((c) => !/^(category_id|event_time)$/.test(c)),
]

const bucketFiles = (folder: string, bucket: number) =>
  `read_parquet(${quotedPath(bucketFolder(folder, bucket), '/*.parquet')}, hive_partitioning = false)`

/** How the accepted events lie in the buckets. */
export async function countDays(connection: DuckDBConnection, folder: string): Promise<DayCount[]> {
  // Files without a line leave no bucket.
  if (readdirSync(folder).length === 0) return []
  const rows = await rowsOf(
    connection,
    `
    SELECT bucket, CAST(category_id AS VARCHAR) AS category_id, CAST(CAST(event_time AS DATE) AS VARCHAR) AS day, count(*) AS events
    FROM read_parquet(${quotedPath(folder, '/bucket=*/*.parquet')}, hive_partitioning = true, hive_types = {'bucket': INTEGER})
    WHERE bucket >= 0
    GROUP BY ALL`,
  )
  return rows.map((row) => ({
    bucket: Number(row.bucket),
    category_id: String(row.category_id),
    day: String(row.day),
    events: Number(row.events),
  }))
}

const condition = ({ only, without }: Part): string => {
  if (only) {
    const { category_id, from, to } = only
    return `category_id = ${category_id} AND event_time >= DATE ${quoted(from)} AND event_time < DATE ${quoted(to)} + INTERVAL 1 DAY`
  }
  return without.length > 0 ? `category_id NOT IN (${without.join(', ')})` : 'true'
}

/** How events are made distinct, and the columns by which they are. */
const DISTINCT: Readonly<Record<EventSource, { distinct: () => string; columns: readonly string[] }>> = {
  csv: {
    distinct: () => distinctEvents(builderFor<Curation>('duckdb')).compile().sql,
    columns: EVENT_COLUMNS,
  },
  stream: {
    distinct: () => distinctStreamEvents(builderFor<StreamCuration>('duckdb')).compile().sql,
    columns: [...EVENT_COLUMNS, 'sent'],
  },
}

interface PartOptions {
  readonly source: EventSource
  readonly part: Part
  readonly name: string
  readonly from: string
  readonly to: string
}

/**
 * Writes one part's events to `category_id=<id>/`, each event once, and says how many surplus copies it left out. The
 * connection must have a single thread: with more, DuckDB neither keeps the order nor writes one file a category.
 */
export async function writeCategories(
  connection: DuckDBConnection,
  { source, part, name, from, to }: PartOptions,
): Promise<number> {
  const { distinct, columns } = DISTINCT[source]
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW accepted AS SELECT ${columns.join(', ')} FROM ${bucketFiles(from, part.bucket)} WHERE ${condition(part)}`,
  )
  await connection.run(`CREATE OR REPLACE TEMP TABLE events AS ${distinct()}`)
  await connection.run(`
    COPY (SELECT ${EVENT_COLUMNS.join(', ')} FROM events ORDER BY ${ORDER.join(', ')})
    TO ${quoted(to)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (category_id), OVERWRITE_OR_IGNORE,
      FILENAME_PATTERN ${quoted(name)})`)
  const [copies] = await rowsOf(connection, 'SELECT sum(copies - 1) AS surplus FROM events')
  await connection.run('DROP TABLE events')
  return Number(copies?.surplus ?? 0)
}
