import { basename } from 'node:path'
import { monthPartition, RAW } from '../../catalog/layout.ts'
import { assignTargets } from '../../lambdas/shared/assign-targets.ts'
import { InvalidInputError } from '../../lambdas/shared/errors.ts'
import { listing } from '../../lambdas/shared/listing.ts'
import { asS3Error } from '../s3/file-errors.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { monthOfFile } from './inspect.ts'
import { type How, place } from './place.ts'
import { type SourceFile, sourceFiles } from './source-files.ts'

export interface IngestOptions {
  /** A .csv, .csv.gz or .zip, or a folder of them. */
  readonly source: string
  readonly objects: ObjectStore
  /** The raw bucket. */
  readonly bucket: string
  readonly onProgress?: (done: IngestedFile, of: number) => void
  /** What the user should know though it stops nothing, for example files that were passed over. */
  readonly onNote?: (note: string) => void
}

export interface IngestedFile {
  readonly name: string
  readonly month: string
  readonly key: string
  readonly bytes: number
  readonly how: How
}

interface Planned {
  readonly file: SourceFile
  readonly month: string
  readonly key: string
  /** The key of the CSV that the night reads: its own, or where the archive is unpacked to. */
  readonly csv: string
}

/** Extensions are told apart by lower case later on. */
const keyName = (name: string): string =>
  basename(name).replace(/(?:\.csv)?(?:\.gz|\.zip)?$/i, (end) => end.toLowerCase())

const plan = async (file: SourceFile): Promise<Planned> => {
  const month = await monthOfFile(file)
  const zone = file.kind === 'csv' ? RAW.uncompressed : RAW.archives
  const key = zone + monthPartition(month) + keyName(file.name)
  const [unpacked] = file.kind === 'csv' ? [] : assignTargets([{ key, size: file.stats.size, etag: '' }])
  return { file, month, key, csv: unpacked?.target ?? key }
}

/** Every file's place, or one error that names all files which can't be taken. */
const planAll = async (files: readonly SourceFile[]): Promise<Planned[]> => {
  const planned: Planned[] = []
  const problems: string[] = []
  const byCsv = new Map<string, SourceFile>()
  for (const file of files) {
    try {
      const next = await plan(file)
      const other = byCsv.get(next.csv)
      if (other)
        problems.push(`${other.name} and ${file.name} would both become ${next.csv}: rename or remove one.`)
      byCsv.set(next.csv, file)
      planned.push(next)
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      problems.push(error.message)
    }
  }
  if (problems.length > 0) throw new InvalidInputError(listing(problems, 10, '\n'))
  return planned
}

/**
 * Brings raw files into the raw zone: CSV to where the night reads it, archives to where it unpacks them, each into its
 * month's partition. All files are checked before the first one is placed.
 */
export const ingest = async ({
  source,
  objects,
  bucket,
  onProgress,
  onNote,
}: IngestOptions): Promise<IngestedFile[]> => {
  const planned = await planAll(await sourceFiles(source, onNote))
  const done: IngestedFile[] = []
  for (const { file, month, key } of planned) {
    const how = await place(file, objects.pathOf(bucket, key), objects.staging).catch((error) => {
      throw asS3Error(error, bucket, key)
    })
    const ingested = { name: file.name, month, key, bytes: file.stats.size, how }
    done.push(ingested)
    onProgress?.(ingested, planned.length)
  }
  return done
}
