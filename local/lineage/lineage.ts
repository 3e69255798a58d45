import { MARTS } from '../../athena-views/index.ts'
import { LAKE, runOfVersion } from '../../catalog/layout.ts'
import type { RawFile, Release, ReleasedSlice } from '../../lambdas/shared/documents.ts'
import { inParallel } from '../../lambdas/shared/in-parallel.ts'
import type { LineageSource, RunOf } from './source.ts'
import { traceSlices } from './trace-slices.ts'
import { type TracedMart, traceView } from './trace-view.ts'

/** A raw file as a slice was made of it, and what lies under its key now. */
export interface LineageFile extends RawFile {
  readonly now: 'same' | 'changed' | 'gone'
}

export interface LineageSlice extends ReleasedSlice, RunOf {
  readonly slice: string
  /** Null where the run's manifest is gone: the files are not known then. */
  readonly files: readonly LineageFile[] | null
}

export type LineageMart = TracedMart & RunOf

/** What a view is made of in a release: marts, slices and raw files, each with the execution that made it. */
export interface ViewLineage {
  readonly view: string
  readonly release: string
  readonly publishedAt: string
  readonly marts: readonly LineageMart[]
  readonly slices: readonly LineageSlice[]
}

/** What a release made of a raw file: slices, marts and views. */
export interface FileLineage {
  readonly key: string
  readonly release: string
  readonly slices: readonly LineageSlice[]
  readonly marts: readonly LineageMart[]
  readonly views: readonly string[]
}

/** A run that read a file, whatever became of what it made. */
export interface Reading extends RunOf {
  readonly version: string
}

export async function lineageOfView(
  source: LineageSource,
  view: string,
  release: Release,
): Promise<ViewLineage> {
  const { marts, slices } = traceView(MARTS, view, release)
  return {
    view,
    release: release.release,
    publishedAt: release.publishedAt,
    marts: marts.map((mart) => ({ ...mart, ...source.runOf(runOfVersion(mart.version)) })),
    slices: await Promise.all(slices.map((slice) => sliceOf(source, slice, release))),
  }
}

/** The file is meant as it was read: what lies under the key now may be another one. */
export async function lineageOfFile(
  source: LineageSource,
  key: string,
  release: Release,
): Promise<FileLineage> {
  const all = await Promise.all(Object.keys(release.slices).map((slice) => sliceOf(source, slice, release)))
  const slices = all.filter(({ files }) => files?.some((file) => file.key === key))
  const { marts, views } = traceSlices(
    MARTS,
    slices.map(({ slice }) => slice),
    release,
  )
  return {
    key,
    release: release.release,
    slices,
    marts: marts.map((mart) => ({ ...mart, ...source.runOf(runOfVersion(mart.version)) })),
    views,
  }
}

async function sliceOf(source: LineageSource, slice: string, release: Release): Promise<LineageSlice> {
  const released = release.slices[slice]
  if (!released) throw new Error(`${release.release} has no slice ${slice}`)
  const run = runOfVersion(released.version)
  const manifest = await source.manifest(LAKE.run(run, `${slice}.manifest`))
  const files = manifest && (await inParallel(manifest.files, 16, (file) => asNow(source, file)))
  const made = source.runOf(run)
  return {
    slice,
    ...released,
    ...made,
    // The audit is younger than some lakes; the manifest knows it too.
    execution: made.execution ?? manifest?.execution ?? null,
    files: files ?? null,
  }
}

async function asNow(source: LineageSource, file: RawFile): Promise<LineageFile> {
  const now = await source.rawFile(file.key)
  const isSame = now?.size === file.size && now.etag === file.etag
  return { ...file, now: now ? (isSame ? 'same' : 'changed') : 'gone' }
}
