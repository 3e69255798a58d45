import { LAKE, runOfVersion } from '../../catalog/layout.ts'
import { type RawFile, type Release, sliceManifest } from '../shared/documents.ts'
import { findDocument } from '../shared/documents-store.ts'
import { inParallel } from '../shared/in-parallel.ts'
import type { RawSlice } from '../shared/list-raw-slices.ts'
import type { NightState } from '../shared/night-state.ts'

/** A slice of the release that has lost files of those that it was made of. */
export interface DeletedInput {
  readonly slice: string
  readonly month: string
  readonly version: string
  /** Keys of the files that are gone; none where nobody knows them any more. */
  readonly files: readonly string[]
  /** No file of the slice is left. */
  readonly isWhole: boolean
}

/** What the release was made of, in the months that the night is for, and the raw zone has no more. */
export async function deletedInputs(
  raw: readonly RawSlice[],
  released: Release['slices'],
  { months, leftOut, dryRun, archives }: Pick<NightState, 'months' | 'leftOut' | 'dryRun' | 'archives'>,
): Promise<DeletedInput[]> {
  const now = new Map(raw.map((slice) => [slice.slice, slice]))
  const suspects = Object.entries(released).filter(
    ([name, { month, fingerprint }]) =>
      (months === null || months.includes(month)) &&
      !leftOut.includes(month) &&
      now.get(name)?.fingerprint !== fingerprint,
  )
  // A dry run unpacks nothing: what a night would unpack is there for it.
  const pending = new Set(dryRun ? archives.map(({ target }) => target) : [])
  const found = await inParallel(suspects, 8, async ([slice, { month, version }]) => {
    const left = now.get(slice)?.files ?? []
    const manifest = await findDocument(sliceManifest, LAKE.run(runOfVersion(version), `${slice}.manifest`))
    const made = manifest?.files ?? []
    const isLeft = among(left)
    const files = made.filter((file) => !pending.has(file.key) && !isLeft(file))
    const isWhole = left.length === 0 && !made.some(({ key }) => pending.has(key))
    return { slice, month, version, files: files.map(({ key }) => key), isWhole }
  })
  return found.filter(({ files, isWhole }) => files.length > 0 || isWhole)
}

/** A file that was replaced has its key, one that was renamed has its content. A stream has tens of thousands. */
const among = (files: readonly RawFile[]): ((file: RawFile) => boolean) => {
  const content = ({ size, etag }: RawFile) => `${size} ${etag}`
  const keys = new Set(files.map(({ key }) => key))
  const contents = new Set(files.map(content))
  return (file) => keys.has(file.key) || contents.has(content(file))
}
