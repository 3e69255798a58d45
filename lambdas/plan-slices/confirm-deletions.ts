import { LAKE } from '../../catalog/layout.ts'
import { unpackedArchive } from '../shared/documents.ts'
import { findDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { DeletedInputError } from '../shared/errors.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { listing } from '../shared/listing.ts'
import { listObjects } from '../shared/objects.ts'
import type { DeletedInput } from './deleted-inputs.ts'

interface Confirmed {
  /** Names of slices that leave the release. */
  readonly removed: string[]
  readonly notes: string[]
}

/** Halts the night where files are gone of months that nobody has confirmed; says what becomes of the others. */
export async function confirmDeletions(
  deleted: readonly DeletedInput[],
  accepted: readonly string[],
): Promise<Confirmed> {
  const unconfirmed = deleted.filter(({ month }) => !accepted.includes(month))
  if (unconfirmed.length > 0) throw await halted(unconfirmed)
  const idle = accepted.filter((month) => !deleted.some((slice) => slice.month === month))
  return {
    removed: deleted.filter(({ isWhole }) => isWhole).map(({ slice }) => slice),
    notes: [
      ...deleted.map((slice) => `${told(slice)}, as was confirmed: ${outcomeOf(slice)}.`),
      ...idle.map((month) => `No file of ${month} is gone that the release was made of.`),
    ],
  }
}

async function halted(deleted: readonly DeletedInput[]): Promise<DeletedInputError> {
  const months = [...new Set(deleted.map(({ month }) => month))].sort()
  const archives = await archivesOf(deleted.flatMap(({ files }) => files))
  const from = archives.length > 0 ? ` They were unpacked from ${listing(archives, 5)}.` : ''
  return new DeletedInputError(
    `Files are gone that the release was made of: ${listing(deleted.map(told), 10, '; ')}.${from} The release stands. ` +
      `Put them back, or confirm with {"acceptDeletions":${JSON.stringify(months)}} ` +
      `(npm start -- --accept-deletions ${months.join(' ')}): then ${listing(deleted.map(outcomeOf), 10, '; ')}.`,
  )
}

const told = ({ slice, version, files, isWhole }: DeletedInput): string => {
  const what = isWhole ? 'all its files' : `${files.length} of its files`
  return `${slice} has lost ${what}${files.length > 0 ? ` (${listing(files, 5)})` : ''} since ${version}`
}

const outcomeOf = ({ slice, isWhole }: DeletedInput): string =>
  isWhole ? `${slice} leaves the release` : `${slice} is made anew of the files that are left`

/** Where a night itself made the files, their archives are what somebody has to look for. */
async function archivesOf(files: readonly string[]): Promise<string[]> {
  const markers = await listObjects(environment().lakeBucket, LAKE.unpackedArchives)
  const unpacked = await inParallel(markers, 8, ({ key }) => findDocument(unpackedArchive, key))
  return unpacked.flatMap((known) => (known && files.includes(known.target.key) ? [known.archive.key] : []))
}
