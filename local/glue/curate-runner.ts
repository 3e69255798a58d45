import { join } from 'node:path'
import { z } from 'zod'
import { sliceManifest } from '../../lambdas/shared/documents.ts'
import { curateSlice } from '../curate/curate-slice.ts'
import { loggedJob } from '../logs/job-log.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { parseS3Uri } from '../s3/s3-uri.ts'
import type { JobRunner } from './job-actions.ts'

const uri = z.string().startsWith('s3://')

/** The arguments of the curation job; others belong to Glue itself (`--TempDir`, …). */
const jobArguments = z.object({
  '--manifest': uri,
  '--curated': uri.endsWith('/'),
  '--quarantine': uri.endsWith('/'),
  '--metrics': uri,
})

export interface CurateRunnerOptions {
  readonly objects: ObjectStore
  /** For temporary files; on the disk of the buckets. */
  readonly work: string
  readonly memoryLimit: string
  readonly threads: number | undefined
  /** Waits for a turn: the memory limit is for one curation at a time. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>
  /** Takes the job's log, line by line; nobody reads it where this is left out. */
  readonly writeLog?: (line: string) => void
}

/** Glue's curation job, done by DuckDB. */
export const curateRunner = ({
  objects,
  work,
  memoryLimit,
  threads,
  turn,
  writeLog = () => undefined,
}: CurateRunnerOptions): JobRunner => ({
  async run(args, { signal }) {
    const parsed = jobArguments.safeParse(args)
    if (!parsed.success) throw new Error(`the job's arguments: ${z.prettifyError(parsed.error)}`)
    const given = parsed.data
    const from = parseS3Uri(given['--manifest'])
    const text = await objects.text(from.bucket, from.key)
    if (text === undefined) throw new Error(`${given['--manifest']} does not exist`)
    const manifest = sliceManifest.parse(JSON.parse(text))
    const folder = (location: string): string => {
      const { bucket, key } = parseS3Uri(location)
      // What stood there is removed: only ever a version's own folder.
      if (!key.includes(`version=${manifest.version}/`))
        throw new Error(`${location} is no folder of the version ${manifest.version}`)
      return objects.folderOf(bucket, key)
    }
    const [curatedDir, quarantineDir] = [folder(given['--curated']), folder(given['--quarantine'])]
    const curate = () =>
      curateSlice({
        manifest,
        resolve: (bucket, key) => objects.pathOf(bucket, key),
        curatedDir,
        quarantineDir,
        workDir: join(work, `curate-${process.pid}-${manifest.version.replaceAll(/[^\w.@-]/g, '_')}`),
        memoryLimit,
        threads,
        signal,
      })
    const metrics = await turn(() => loggedJob(manifest, writeLog, curate))
    const to = parseS3Uri(given['--metrics'])
    await objects.put(to.bucket, to.key, `${JSON.stringify(metrics, null, 1)}\n`)
  },
})
