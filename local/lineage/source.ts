import { LAKE } from '../../catalog/layout.ts'
import {
  currentPointer,
  type RawFile,
  type Release,
  release,
  type SliceManifest,
  sliceManifest,
  unpackedArchive,
} from '../../lambdas/shared/documents.ts'
import type { Lake } from '../cli/open-lake.ts'
import { AwsError } from '../registry.ts'

/** The run that made something; null what the audit does not have of it. */
export interface RunOf {
  readonly run: string
  readonly execution: string | null
  readonly startedAt: string | null
  readonly startedBy: string | null
}

/** What lineage is read from: documents of the lake, its audit, and the raw zone. */
export interface LineageSource {
  /** The release of that name, or the current one; undefined where there is none. */
  release(name?: string): Promise<Release | undefined>
  manifest(key: string): Promise<SliceManifest | undefined>
  /** The manifests of all runs. */
  manifests(): Promise<readonly SliceManifest[]>
  runOf(run: string): RunOf
  /** What lies in the raw zone under a key now. */
  rawFile(key: string): Promise<RawFile | undefined>
  /** The file that an archive was unpacked to. */
  unpackedTo(archive: string): Promise<string | undefined>
}

const RUNS = 'select run, execution, cast(started_at as varchar), started_by from ecommerce.runs'

export async function lineageSource(lake: Lake): Promise<LineageSource> {
  const { objects, names, query } = lake.platform
  const { rows } = await query(RUNS.replace('ecommerce', names.viewDatabase))
  const runs = new Map(
    rows.map(([run, execution, startedAt, startedBy]) => [
      String(run),
      {
        execution: execution as string | null,
        startedAt: startedAt as string | null,
        startedBy: startedBy as string | null,
      },
    ]),
  )
  const unknown = { execution: null, startedAt: null, startedBy: null }
  const manifest = (key: string) => lake.document(key, sliceManifest)
  return {
    async release(name) {
      const wanted = name ?? (await lake.document(LAKE.current, currentPointer))?.release
      return wanted === undefined ? undefined : lake.document(LAKE.release(wanted), release)
    },
    manifest,
    async manifests() {
      const keys = (await lake.documents(LAKE.runs)).filter((key) => key.endsWith('.manifest.json'))
      return (await Promise.all(keys.map(manifest))).filter((found) => found !== undefined)
    },
    runOf: (run) => ({ run, ...(runs.get(run) ?? unknown) }),
    async rawFile(key) {
      try {
        const { size, etag } = await objects.head(names.rawBucket, key)
        return { key, size, etag }
      } catch (error) {
        if (error instanceof AwsError && error.status === 404) return undefined
        throw error
      }
    },
    async unpackedTo(archive) {
      for (const key of await lake.documents(LAKE.unpackedArchives)) {
        const found = await lake.document(key, unpackedArchive)
        if (found?.archive.key === archive) return found.target.key
      }
      return undefined
    },
  }
}
