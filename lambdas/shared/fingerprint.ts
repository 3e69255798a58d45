import { createHash } from 'node:crypto'
import { curationHash } from './curation-hash.ts'
import type { RawFile } from './documents.ts'

/** Equal where neither the files of a slice nor what curation makes of them has changed. */
export const fingerprint = (files: readonly RawFile[]): string =>
  createHash('sha256')
    .update(JSON.stringify([curationHash(), files.map(({ key, size, etag }) => [key, size, etag])]))
    .digest('hex')
