import path from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { RawFile } from '../shared/documents.ts'
import type { ReadRange } from './bytes-of.ts'
import type { Limits } from './limits.ts'
import { withinLimits } from './within-limits.ts'

/** The content of a .gz; zlib checks its CRC32 and that it is whole. */
export function gunzipped(archive: RawFile, read: ReadRange, limits: Limits): AsyncGenerator<Buffer> {
  const entry = path.posix.basename(archive.key).replace(/\.gz$/i, '')
  // Nothing to do in the callback: an error destroys the gunzip stream, and so reaches whoever reads it.
  const content = pipeline(read(0, archive.size), createGunzip(), () => {})
  return withinLimits(entry, archive, content, limits)
}
