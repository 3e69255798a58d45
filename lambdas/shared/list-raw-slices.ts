import { monthOfKey, monthPartition, sliceName } from '../../catalog/layout.ts'
import type { RawFile, SliceManifest } from './documents.ts'
import { environment } from './environment.ts'
import { InvalidInputError } from './errors.ts'
import { fingerprint } from './fingerprint.ts'
import { listing } from './listing.ts'
import { listObjects } from './objects.ts'
import { SOURCES, type Source } from './sources.ts'

/** One source's one month as it lies in the raw zone. */
export type RawSlice = Pick<SliceManifest, 'slice' | 'source' | 'month' | 'fingerprint' | 'files'>

/** Every slice of the raw zone, in the order of their names; what belongs to none is named in one error. */
export async function listRawSlices(): Promise<RawSlice[]> {
  const { rawBucket } = environment()
  const listed = await Promise.all(
    SOURCES.map(async (source) => ({ source, files: await listObjects(rawBucket, source.prefix) })),
  )
  const problems = listed.flatMap(({ source, files }) => files.flatMap((file) => problemOf(source, file)))
  if (problems.length > 0) throw new InvalidInputError(`Raw zone: ${listing(problems, 20, '; ')}.`)
  return listed
    .flatMap(({ source, files }) => slicesOf(source, files))
    .sort((a, b) => (a.slice < b.slice ? -1 : 1))
}

function problemOf({ prefix, extension, misplaced }: Source, { key }: RawFile): string[] {
  // Exactly the partition: what lies deeper is a file that somebody put aside, and the crawler would see a new column.
  const month = monthOfKey(key)
  const name = key.slice(prefix.length + (month ? monthPartition(month).length : 0))
  if (!month || key !== `${prefix}${monthPartition(month)}${name}` || name.includes('/'))
    return [`${key} is in no month's folder: move it to ${prefix}p_year=YYYY/p_month=MM/`]
  if (name.endsWith(extension)) return []
  const known = misplaced.find(({ ending }) => name.endsWith(ending))
  return [`${key} ${known?.remedy(month) ?? `is no ${extension}: convert or remove it`}`]
}

function slicesOf({ source }: Source, files: readonly RawFile[]): RawSlice[] {
  const byMonth = Map.groupBy(files, ({ key }) => monthOfKey(key) ?? '')
  return [...byMonth].map(([month, unsorted]) => {
    const sorted = unsorted.toSorted((a, b) => (a.key < b.key ? -1 : 1))
    return { slice: sliceName(source, month), source, month, fingerprint: fingerprint(sorted), files: sorted }
  })
}
