import { createHash } from 'node:crypto'
import { curationHash } from './curation-hash.ts'
import type { RawFile, SliceManifest } from './documents.ts'

/** Equal where neither the files of a slice nor what curation makes of them has changed. */
export const fingerprint = (
  source: SliceManifest['source'],
  files: readonly RawFile[],
  hours?: SliceManifest['hours'],
): string => {
  const listed = files.map(({ key, size, etag }) => [key, size, etag])
  // Which hours are shared says which lines are left to a neighbour.
  const basis = [curationHash(source), listed, ...(hours ? [hours] : [])]
  return createHash('sha256').update(JSON.stringify(basis)).digest('hex')
}
