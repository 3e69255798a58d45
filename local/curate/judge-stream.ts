import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { sql } from 'kysely'
import { timestampLiteral } from '../../athena-views/in-month.ts'
import { monthRange, shiftMonth } from '../../catalog/month.ts'
import { judgedStreamLines, type LEFT_OUT, type RawStreamLines } from '../../glue-jobs/judged-stream-lines.ts'
import type { SliceManifest, SliceMetrics } from '../../lambdas/shared/documents.ts'
import { builderFor } from '../../sql/builder.ts'
import { rowsOf } from '../duckdb/rows-of.ts'
import { quotedPath } from '../duckdb/text.ts'
import { bucketFolder, bucketLines, bucketsFor, LEFT, LINES } from './bucket-lines.ts'
import type { Judged, JudgeOptions } from './judge.ts'
import { LONGEST_LINE } from './line-counter.ts'
import { quarantineLines } from './quarantine-lines.ts'
import { streamBatches } from './stream-batches.ts'
import { countDays } from './write-categories.ts'

/** What lies on disk unpacked at a time. */
const BATCH_BYTES = 256e6

/** How many bytes of CSV the events of a byte of gzip JSON would be, at most. */
const UNPACKED = 4

/** Judges the lines of objects that Firehose persisted. */
export async function judgeStream(
  connection: DuckDBConnection,
  { manifest, resolve, folder, quarantine, signal, onProgress }: JudgeOptions,
): Promise<Judged> {
  const lines = folder(LINES)
  const judged = judgedStreamLines(builderFor<RawStreamLines>('duckdb'), boundsOf(manifest)).compile().sql
  const total = manifest.files.reduce((sum, { size }) => sum + size, 0)
  const files = function* () {
    let done = 0
    for (const { key, size } of manifest.files) {
      yield { key, path: resolve(manifest.bucket, key) }
      done += size
      onProgress?.({ phase: 'parse', unit: 'bytes', done, total })
    }
  }
  let read = 0
  for await (const batch of streamBatches(files(), {
    path: folder('batch.json'),
    size: BATCH_BYTES,
    signal,
  })) {
    read += batch.read
    await connection.run(`CREATE OR REPLACE TEMP VIEW lines AS ${linesOf(batch.path)}`)
    await bucketLines(connection, {
      judged,
      isStream: true,
      buckets: bucketsFor(total * UNPACKED),
      folder: lines,
      onPart: () => {},
    })
    await rm(batch.path)
  }
  await quarantineLines(connection, { source: 'stream', from: lines, to: quarantine })
  return { read, leftOut: await countLeftOut(connection, lines), counts: await countDays(connection, lines) }
}

function boundsOf({ month, hours }: SliceManifest) {
  if (!hours) throw new Error(`the manifest of stream-${month} lacks its hours`)
  const { from, to } = monthRange(month)
  return {
    from: timestampLiteral(from),
    to: timestampLiteral(to),
    beforeFrom: timestampLiteral(monthRange(shiftMonth(month, -1)).from),
    afterTo: timestampLiteral(monthRange(shiftMonth(month, 1)).to),
    own: sql.lit(hours.own),
    toBefore: sql.lit(hours.toBefore ?? ''),
    toAfter: sql.lit(hours.toAfter ?? ''),
  }
}

// A line may be longer as JSON text than it is: each byte as an escape of six.
const linesOf = (path: string): string =>
  `SELECT * FROM read_json(${quotedPath(path)}, format = 'newline_delimited', compression = 'uncompressed',
    maximum_object_size = ${12 * LONGEST_LINE},
    columns = {'line': 'VARCHAR', 'source_file': 'VARCHAR', 'fields': 'VARCHAR[]'})`

async function countLeftOut(connection: DuckDBConnection, lines: string): Promise<SliceMetrics['leftOut']> {
  const folder = bucketFolder(lines, LEFT)
  const rows = existsSync(folder)
    ? await rowsOf(
        connection,
        `SELECT left_out, count(*) AS n FROM read_parquet(${quotedPath(folder, '/*.parquet')}) GROUP BY left_out`,
      )
    : []
  const count = (reason: (typeof LEFT_OUT)[number]) =>
    Number(rows.find(({ left_out }) => left_out === reason)?.n ?? 0)
  return { replayed: count('replayed'), neighbours: count('neighbours') }
}
