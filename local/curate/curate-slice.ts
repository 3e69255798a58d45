import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { type SliceManifest, type SliceMetrics, sliceMetrics } from '../../lambdas/shared/documents.ts'
import { withDuckDB } from '../duckdb/with-duckdb.ts'
import { LINES } from './bucket-lines.ts'
import { explainFailure } from './explain-failure.ts'
import { judgeCsv } from './judge-csv.ts'
import { judgeStream } from './judge-stream.ts'
import { bytesOf, inLanes, lanesFor } from './lanes.ts'
import { measure } from './measure.ts'
import { planParts } from './plan-parts.ts'
import { writeCategories } from './write-categories.ts'

export interface CurateProgress {
  readonly phase: 'scan' | 'parse' | 'write'
  readonly unit: 'bytes' | 'rows'
  readonly done: number
  readonly total: number
}

export interface CurateOptions {
  readonly manifest: SliceManifest
  /** The file of a raw object. */
  readonly resolve: (bucket: string, key: string) => string
  /** Where the version's files go, all at once at the end; what an earlier attempt left there is removed. */
  readonly curatedDir: string
  readonly quarantineDir: string
  /** For temporary files and spills; removed at the end. Best on the disk of the other two: then nothing is copied. */
  readonly workDir: string
  /** As DuckDB spells it. */
  readonly memoryLimit?: string | undefined
  readonly threads?: number | undefined
  /** What an event takes in memory while it is deduplicated and sorted. */
  readonly eventBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: CurateProgress) => void) | undefined
}

/** What an event may take while a part is deduplicated and sorted. Half of it is as fast and takes twice the memory. */
const EVENT_BYTES = 2800

async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await cp(from, to, { recursive: true })
  }
}

async function curate(options: CurateOptions, memoryLimit: string): Promise<SliceMetrics> {
  const {
    manifest,
    resolve,
    curatedDir,
    quarantineDir,
    workDir,
    signal,
    onProgress,
    eventBytes = EVENT_BYTES,
  } = options
  const { slice, version, month, source } = manifest
  const folder = (name: string) => join(workDir, name)
  const [lines, curated, quarantine] = [folder(LINES), folder('curated'), folder('quarantine')]
  for (const dir of [workDir, curatedDir, quarantineDir]) await rm(dir, { recursive: true, force: true })
  for (const dir of [lines, curated, quarantine]) await mkdir(dir, { recursive: true })
  const limits = {
    memoryLimit,
    threads: options.threads ?? availableParallelism(),
    tempDirectory: folder('spill'),
    signal,
  }

  const judge = source === 'stream' ? judgeStream : judgeCsv
  const { read, leftOut, counts } = await withDuckDB(limits, (connection) =>
    judge(connection, { manifest, resolve, folder, quarantine, signal, onProgress }),
  )

  const accepted = counts.reduce((sum, { events }) => sum + events, 0)
  const parts = planParts(counts, Math.ceil(bytesOf(memoryLimit) / lanesFor(limits.threads) / eventBytes))
  let [duplicates, done] = [0, 0]
  await inLanes(parts, limits, async (connection, part, i) => {
    const surplus = await writeCategories(connection, {
      source,
      part,
      name: `part-${i}`,
      from: lines,
      to: curated,
    })
    duplicates += surplus
    done += part.events
    onProgress?.({ phase: 'write', unit: 'rows', done, total: accepted })
  })

  const measured = await withDuckDB(limits, (connection) => measure(connection, { curated, quarantine }))
  if (measured.curated > 0) await moveFolder(curated, curatedDir)
  if (measured.quarantined > 0) await moveFolder(quarantine, quarantineDir)
  return sliceMetrics.parse({
    slice,
    version,
    month,
    read,
    duplicates,
    ...measured,
    ...(leftOut && { leftOut }),
  })
}

/**
 * Curates a slice: raw files in, Parquet of its events by category and of its rejected lines out, and what was counted on
 * the way. Nothing stands in the two target folders before all of it is written.
 */
export async function curateSlice(options: CurateOptions): Promise<SliceMetrics> {
  const { workDir, curatedDir, quarantineDir, signal, memoryLimit = '4GB' } = options
  try {
    return await curate(options, memoryLimit)
  } catch (error) {
    signal?.throwIfAborted()
    throw explainFailure(error, [workDir, curatedDir, quarantineDir], memoryLimit)
  } finally {
    // What can't be removed now, the next attempt removes; the failure that led here says more.
    await rm(workDir, { recursive: true, force: true }).catch(() => undefined)
  }
}
