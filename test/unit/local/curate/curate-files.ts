import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { CSV_HEADER, type RejectReason } from '../../../../catalog/events.ts'
import type { SliceManifest, SliceMetrics } from '../../../../lambdas/shared/documents.ts'
import { type CurateOptions, curateSlice } from '../../../../local/curate/curate-slice.ts'
import { rowsOf } from '../../../../local/duckdb/rows-of.ts'
import { quoted } from '../../../../local/duckdb/text.ts'
import { withDuckDB } from '../../../../local/duckdb/with-duckdb.ts'

export const EVENT =
  '2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde-8bb3-4e00-8c23-a032dfed738c'

/** A CSV of these lines under the right header. */
export const csv = (...lines: string[]): string => [CSV_HEADER, ...lines, ''].join('\n')

/** The event with some of its fields, as they stand in the file, replaced. */
export const event = (fields: Record<string, string>): string => {
  const names = CSV_HEADER.split(',')
  return EVENT.split(',')
    .map((field, i) => fields[names[i] ?? ''] ?? field)
    .join(',')
}

export interface Curated {
  readonly metrics: SliceMetrics
  /** All nine columns as text, in the order of the files. */
  readonly events: Record<string, string | null>[]
  readonly rejected: { raw: string; source_file: string; reasons: RejectReason[] }[]
  readonly folders: { curated: string; quarantine: string; work: string }
}

/** A folder of its own for a test, removed with it. */
export async function temporaryFolder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'curate-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  return root
}

export async function rowsIn(folder: string, depth: '*/' | ''): Promise<Record<string, unknown>[]> {
  if (!existsSync(folder)) return []
  const files = quoted(join(folder, `${depth}*.parquet`))
  const columns = depth
    ? "CAST(COLUMNS(* EXCLUDE (filename, file_row_number)) AS VARCHAR) FROM read_parquet(%, filename = true, file_row_number = true, hive_types = {'category_id': BIGINT}) ORDER BY filename, file_row_number"
    : '* FROM read_parquet(%) ORDER BY raw'
  return withDuckDB({ memoryLimit: '1GB', threads: 1, tempDirectory: folder }, (connection) =>
    rowsOf(connection, `SELECT ${columns.replace('%', files)}`),
  )
}

/** Curates files given by name and content as a source's slice of October 2019. */
export async function curateContents(
  contents: Record<string, string | Uint8Array>,
  source: Pick<SliceManifest, 'source' | 'hours'>,
  options: Partial<CurateOptions> = {},
  root?: string,
): Promise<Curated> {
  const folder = root ?? (await temporaryFolder())
  const folders = {
    curated: join(folder, 'lake/curated'),
    quarantine: join(folder, 'lake/quarantine'),
    work: join(folder, 'work'),
  }
  for (const [key, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, 'raw', key)), { recursive: true })
    await writeFile(join(folder, 'raw', key), content)
  }
  const manifest: SliceManifest = {
    ...source,
    slice: `${source.source}-2019-10`,
    month: '2019-10',
    version: `${source.source}-2019-10@r1`,
    fingerprint: '0',
    bucket: 'raw',
    files: Object.entries(contents).map(([key, { length: size }]) => ({ key, size, etag: '' })),
  }
  const metrics = await curateSlice({
    manifest,
    resolve: (bucket, key) => join(folder, bucket, key),
    curatedDir: folders.curated,
    quarantineDir: folders.quarantine,
    workDir: folders.work,
    memoryLimit: '1GB',
    threads: 2,
    ...options,
  })
  return {
    metrics,
    events: (await rowsIn(folders.curated, '*/')) as Curated['events'],
    rejected: (await rowsIn(folders.quarantine, '')) as unknown as Curated['rejected'],
    folders,
  }
}

/** The same of the files that are exported. */
export const curateFiles = (
  contents: Record<string, string | Uint8Array>,
  options?: Partial<CurateOptions>,
  root?: string,
): Promise<Curated> => curateContents(contents, { source: 'csv' }, options, root)
