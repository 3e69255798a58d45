import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { EventSource } from '../../catalog/events.ts'
import {
  type Curation,
  rejectedLines,
  rejectedStreamLines,
  type StreamCuration,
} from '../../glue-jobs/curated-rows.ts'
import { builderFor } from '../../sql/builder.ts'
import { rowsOf } from '../duckdb/rows-of.ts'
import { quoted, quotedPath } from '../duckdb/text.ts'
import { bucketFolder, REJECTED } from './bucket-lines.ts'

const REJECTED_LINES: Readonly<Record<EventSource, () => string>> = {
  csv: () => rejectedLines(builderFor<Curation>('duckdb')).compile().sql,
  stream: () => rejectedStreamLines(builderFor<StreamCuration>('duckdb')).compile().sql,
}

/** Writes the rejected lines with their reasons; nothing where there are none. */
export async function quarantineLines(
  connection: DuckDBConnection,
  { source, from, to }: { source: EventSource; from: string; to: string },
) {
  const folder = bucketFolder(from, REJECTED)
  if (!existsSync(folder)) return
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW judged AS SELECT * FROM read_parquet(${quotedPath(folder, '/*.parquet')})`,
  )
  const rejected = REJECTED_LINES[source]()
  const some = await rowsOf(connection, `SELECT 1 FROM (${rejected}) LIMIT 1`)
  if (some.length === 0) return
  await connection.run(
    `COPY (${rejected}) TO ${quoted(join(to, 'data_0.parquet'))} (FORMAT parquet, COMPRESSION zstd)`,
  )
}
