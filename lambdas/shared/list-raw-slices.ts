import { borderHours, monthOfKey, monthPartition, sliceName } from '../../catalog/layout.ts'
import { shiftMonth } from '../../catalog/month.ts'
import type { RawFile, SliceManifest } from './documents.ts'
import { environment } from './environment.ts'
import { InvalidInputError } from './errors.ts'
import { fingerprint } from './fingerprint.ts'
import { listing } from './listing.ts'
import { listMonths } from './objects.ts'
import { SOURCES, type Source } from './sources.ts'

/** One source's one month as it lies in the raw zone. */
export type RawSlice = Pick<SliceManifest, 'slice' | 'source' | 'month' | 'fingerprint' | 'files' | 'hours'>

/** Every slice of the raw zone, in the order of their names; what belongs to none is named in one error. */
export async function listRawSlices(): Promise<RawSlice[]> {
  const { rawBucket } = environment()
  const listed = await Promise.all(
    SOURCES.map(async (source) => ({ source, files: await listMonths(rawBucket, source.prefix) })),
  )
  const problems = listed.flatMap(({ source, files }) => files.flatMap((file) => problemOf(source, file)))
  if (problems.length > 0) throw new InvalidInputError(`Raw zone: ${listing(problems, 20, '; ')}.`)
  return listed
    .flatMap(({ source, files }) => slicesOf(source, files))
    .sort((a, b) => (a.slice < b.slice ? -1 : 1))
}

function problemOf({ prefix, extension, hours, folder, misplaced }: Source, { key }: RawFile): string[] {
  // Exactly the partition: what lies deeper is a file that somebody put aside, and the crawler would see a new column.
  const month = monthOfKey(key)
  const below = key.slice(prefix.length + (month ? monthPartition(month).length : 0))
  const name = below.slice(below.lastIndexOf('/') + 1)
  const inMonth = below.slice(0, below.length - name.length)
  const isInPlace = hours ? hours.test(inMonth) : inMonth === ''
  if (!month || key !== `${prefix}${monthPartition(month)}${below}` || !isInPlace)
    return [`${key} is in no ${hours ? "hour's" : "month's"} folder: move it to ${prefix}${folder}`]
  if (name.endsWith(extension)) return []
  const known = misplaced.find(({ ending }) => name.endsWith(ending))
  return [`${key} ${known?.remedy(month) ?? `is no ${extension}: convert or remove it`}`]
}

function slicesOf(source: Source, files: readonly RawFile[]): RawSlice[] {
  const byMonth = Map.groupBy(files, ({ key }) => monthOfKey(key) ?? '')
  return [...byMonth].map(([month, own]) =>
    source.hours ? streamSlice(source, month, byMonth) : sliceOf(source, month, own),
  )
}

function sliceOf(
  { source }: Source,
  month: string,
  unsorted: readonly RawFile[],
  hours?: RawSlice['hours'],
): RawSlice {
  const files = unsorted.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  return {
    slice: sliceName(source, month),
    source,
    month,
    fingerprint: fingerprint(source, files, hours),
    files,
    ...(hours && { hours }),
  }
}

/**
 * A month of the stream: what arrived in it, and what arrived in the hours next to it, because an event of its last seconds
 * may arrive in the following month, and an object may hold what arrived up to some minutes after the hour that it is named
 * for. Both neighbours read those hours, and each event is the one's whose month it is (docs/adr/0046).
 */
function streamSlice(source: Source, month: string, byMonth: ReadonlyMap<string, RawFile[]>): RawSlice {
  const [before, after] = [-1, 1].map((by) => shiftMonth(month, by)) as [string, string]
  const { first, last } = borderHours(month)
  const borrowed = [
    ...inFolder(byMonth.get(before), borderHours(before).last),
    ...inFolder(byMonth.get(after), borderHours(after).first),
  ]
  return sliceOf(source, month, [...(byMonth.get(month) ?? []), ...borrowed], {
    own: monthPartition(month),
    toBefore: byMonth.has(before) ? first : null,
    toAfter: byMonth.has(after) ? last : null,
  })
}

const inFolder = (files: readonly RawFile[] | undefined, folder: string): RawFile[] =>
  (files ?? []).filter(({ key }) => key.includes(`/${folder}`))
