import type { DuckDBConnection } from '@duckdb/node-api'
import { timestampLiteral } from '../../athena-views/in-month.ts'
import { monthRange } from '../../catalog/month.ts'
import { judgedLines, type RawLines } from '../../glue-jobs/curation.ts'
import { builderFor } from '../../sql/builder.ts'
import { bucketLines, bucketsFor, LINES } from './bucket-lines.ts'
import type { Judged, JudgeOptions } from './judge.ts'
import { prepareFiles } from './prepare-files.ts'
import { quarantineLines } from './quarantine-lines.ts'
import { rawLines } from './raw-lines.ts'
import { countDays } from './write-categories.ts'

/** Judges the lines of CSV files. */
export async function judgeCsv(
  connection: DuckDBConnection,
  { manifest, resolve, folder, quarantine, signal, onProgress }: JudgeOptions,
): Promise<Judged> {
  const total = manifest.files.reduce((sum, { size }) => sum + size, 0)
  let scanned = 0
  const files = await prepareFiles({
    manifest,
    resolve,
    folder: folder('repaired'),
    signal,
    onBytes: (bytes) => {
      scanned += bytes
      onProgress?.({ phase: 'scan', unit: 'bytes', done: scanned, total: Math.max(total, scanned) })
    },
  })
  const read = files.reduce((sum, { scan }) => sum + scan.records, 0)
  const bytes = files.reduce((sum, { scan }) => sum + scan.bytes, 0)
  const parsed = (part: number) =>
    onProgress?.({ phase: 'parse', unit: 'rows', done: Math.round(read * part), total: read })

  const { from, to } = monthRange(manifest.month)
  const judged = judgedLines(builderFor<RawLines>('duckdb'), {
    from: timestampLiteral(from),
    to: timestampLiteral(to),
  }).compile().sql
  await connection.run(`CREATE TEMP VIEW lines AS ${rawLines(files)}`)
  const lines = folder(LINES)
  await bucketLines(connection, {
    judged,
    isStream: false,
    buckets: bucketsFor(bytes),
    folder: lines,
    onPart: parsed,
  })
  await quarantineLines(connection, { source: 'csv', from: lines, to: quarantine })
  parsed(1)
  return { read, counts: await countDays(connection, lines) }
}
