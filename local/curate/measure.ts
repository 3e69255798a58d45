import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Column, Columns } from '../../catalog/column.ts'
import { quarantinedRows, userActivity } from '../../catalog/events.ts'
import { eventMetrics, quarantineMetrics, type Written } from '../../glue-jobs/slice-metrics.ts'
import type { SliceMetrics } from '../../lambdas/shared/documents.ts'
import { builderFor } from '../../sql/builder.ts'
import { sqlType } from '../../sql/types.ts'
import { rowsOf } from '../duckdb/rows-of.ts'
import { quotedPath } from '../duckdb/text.ts'

type Measured = Omit<SliceMetrics, 'slice' | 'version' | 'month' | 'read' | 'duplicates'>

/** DuckDB gives a map as its entries. */
const plainOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return Object.fromEntries(value.map(({ key, value }) => [key, plainOf(value)]))
  return typeof value === 'bigint' ? Number(value) : value
}

/** `{ 'nulls.brand': 1n }` to `{ nulls: { brand: 1 } }`: the row of a metrics query as the document has it. */
export const nested = (row: Record<string, unknown>): Record<string, unknown> => {
  const document: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row)) {
    const plain = plainOf(value)
    const [head = name, tail] = name.split('.')
    document[head] = tail === undefined ? plain : { ...(document[head] as object), [tail]: plain }
  }
  return document
}

async function parquetFiles(folder: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  )
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

const typeName = (column: Column) => (column.kind === 'strings' ? 'varchar[]' : sqlType(column))

/** A relation over the Parquet files of a folder; over none, where there are none, it has the columns all the same. */
const relation = (files: number, pattern: string, columns: Columns) =>
  files > 0
    ? `SELECT * FROM read_parquet(${pattern}, hive_partitioning = true)`
    : `SELECT ${Object.entries(columns).map(([name, column]) => `CAST(NULL AS ${typeName(column)}) AS ${name}`)} WHERE false`

/** What was written, counted from the files themselves. */
export async function measure(
  connection: DuckDBConnection,
  { curated, quarantine }: { curated: string; quarantine: string },
): Promise<Measured> {
  const written = await parquetFiles(curated)
  const rejects = await parquetFiles(quarantine)
  const from = builderFor<Written>('duckdb')
  const events = relation(written.files, quotedPath(curated, '/*/*.parquet'), userActivity.columns)
  const lines = relation(rejects.files, quotedPath(quarantine, '/*.parquet'), quarantinedRows.columns)
  await connection.run(`CREATE OR REPLACE TEMP VIEW events AS ${events}`)
  await connection.run(`CREATE OR REPLACE TEMP VIEW quarantine AS ${lines}`)
  const [ofEvents = {}] = await rowsOf(connection, eventMetrics(from).compile().sql)
  const [ofLines = {}] = await rowsOf(connection, quarantineMetrics(from).compile().sql)
  const document = { ...nested(ofEvents), ...nested(ofLines), ...written } as Measured
  const reasons = Object.entries(document.reasons).filter(([, lines]) => lines > 0)
  return {
    ...document,
    reasons: Object.fromEntries(reasons),
    largestCategory: document.curated > 0 ? document.largestCategory : null,
  }
}
