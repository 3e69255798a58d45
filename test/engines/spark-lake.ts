import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { EventSource } from '../../catalog/events.ts'
import { s3Uri, sliceName, versionName } from '../../catalog/layout.ts'
import { type SliceManifest, type SliceMetrics, sliceMetrics } from '../../lambdas/shared/documents.ts'
import { curateRunner } from '../../local/glue/curate-runner.ts'
import type { JobRunner } from '../../local/glue/job-actions.ts'
import { ObjectStore } from '../../local/s3/object-store.ts'
import type { Files } from '../unit/local/curate/bad-files.ts'
import { SHARED } from '../unit/local/curate/stream-files.ts'
import type { Written } from './compare-curation.ts'
import type { JobArguments } from './curate-many.ts'

const BUCKETS = { raw: 'raw-test', embedded: 'lake-embedded', spark: 'lake-spark' } as const
type Engine = 'embedded' | 'spark'

/** Buckets in which both engines curate the same slices, each into a bucket of its own. */
export interface SparkLake {
  readonly buckets: Readonly<Record<string, string>>
  readonly embedded: JobRunner
  /** Puts a slice's files into the raw bucket, or lets `fill` write them; gives the slice's id. */
  addSlice(
    files: Files | { readonly key: string; fill(path: string): Promise<unknown> },
    source?: EventSource,
  ): Promise<number>
  /** Puts into both engines' folders of a slice what an attempt that was killed, or one that had other files, may leave there. */
  leaveBehind(slice: number): void
  /** As the state machine passes them. */
  jobArguments(slice: number, engine: Engine): JobArguments
  written(slice: number, engine: Engine): Written
  metrics(slice: number, engine: Engine): SliceMetrics
  folder(name: string): string
  close(): void
}

export function openSparkLake(): SparkLake {
  const root = mkdtempSync(join(tmpdir(), 'spark-parity-'))
  const objects = new ObjectStore(root, Object.values(BUCKETS))
  const sources = new Map<number, EventSource>()
  const name = (slice: number) => sliceName(sources.get(slice) ?? 'csv', '2019-10')
  const version = (slice: number) => versionName(name(slice), `r${slice}`)
  const keys = (slice: number) => ({
    manifest: `control/runs/r${slice}/${name(slice)}.manifest.json`,
    curated: `curated/version=${version(slice)}/`,
    quarantine: `quarantine/version=${version(slice)}/`,
    metrics: `control/runs/r${slice}/${name(slice)}.metrics.json`,
  })
  let slices = 0

  const put = (bucket: string, key: string, content: string | Uint8Array) => {
    const path = objects.pathOf(bucket, key)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }

  return {
    buckets: Object.fromEntries(Object.values(BUCKETS).map((name) => [name, objects.bucketPath(name)])),
    embedded: curateRunner({
      objects,
      work: join(root, 'work'),
      memoryLimit: '2GB',
      threads: 2,
      turn: (work) => work(),
    }),
    async addSlice(files, source = 'csv') {
      const slice = ++slices
      sources.set(slice, source)
      // Objects of the stream name their hours themselves.
      const folder = source === 'csv' ? `p_year=2019/p_month=10/slice-${slice}/` : `slice-${slice}/`
      const inSlice = (key: string) => folder + key
      const names: string[] = []
      if (typeof files.fill === 'function') {
        const { key, fill } = files as { key: string; fill(path: string): Promise<unknown> }
        names.push(key)
        put(BUCKETS.raw, inSlice(key), '')
        await fill(objects.pathOf(BUCKETS.raw, inSlice(key)))
      } else {
        for (const [key, content] of Object.entries(files as Files)) {
          names.push(key)
          put(BUCKETS.raw, inSlice(key), content)
        }
      }
      const manifest: SliceManifest = {
        slice: name(slice),
        source,
        month: '2019-10',
        version: version(slice),
        fingerprint: '0',
        bucket: BUCKETS.raw,
        files: names.map((name) => ({
          key: inSlice(name),
          size: statSync(objects.pathOf(BUCKETS.raw, inSlice(name))).size,
          etag: '',
        })),
        ...(source === 'stream' && { hours: SHARED }),
      }
      for (const bucket of [BUCKETS.embedded, BUCKETS.spark])
        put(bucket, keys(slice).manifest, JSON.stringify(manifest))
      return slice
    },
    leaveBehind(slice) {
      const { curated, quarantine, metrics } = keys(slice)
      const left = [
        `${curated}_temporary/0/_temporary/attempt_1_m_000000_1/category_id=1/part-00000-old.c000.zstd.parquet`,
        `${curated}category_id=1/part-00000-old.c000.zstd.parquet`,
        `${curated}_SUCCESS`,
        `${quarantine}_temporary/0/part-00000-old.c000.zstd.parquet`,
        `${quarantine}part-00000-old.c000.zstd.parquet`,
        metrics,
      ]
      for (const bucket of [BUCKETS.embedded, BUCKETS.spark])
        for (const key of left) put(bucket, key, 'cut off')
    },
    jobArguments(slice, engine) {
      const locations = Object.entries(keys(slice)).map(([name, key]) => [
        `--${name}`,
        s3Uri(BUCKETS[engine], key),
      ])
      return { ...Object.fromEntries(locations), '--month': '2019-10', '--version': version(slice) }
    },
    written: (slice, engine) => ({
      curated: objects.folderOf(BUCKETS[engine], keys(slice).curated),
      quarantine: objects.folderOf(BUCKETS[engine], keys(slice).quarantine),
    }),
    metrics: (slice, engine) =>
      sliceMetrics.parse(
        JSON.parse(readFileSync(objects.pathOf(BUCKETS[engine], keys(slice).metrics), 'utf8')),
      ),
    folder: (name) => join(root, name),
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}
