import { createHash } from 'node:crypto'

/** The id under which an archive's marker lies: keys hold characters that a document's name should not. */
export const unpackedId = (archiveKey: string): string =>
  createHash('sha256').update(archiveKey).digest('hex').slice(0, 32)
