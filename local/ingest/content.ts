import { createReadStream } from 'node:fs'
import type { ReadRange } from '../../lambdas/unpack-archive/bytes-of.ts'
import { gunzipped } from '../../lambdas/unpack-archive/gunzipped.ts'
import { LIMITS } from '../../lambdas/unpack-archive/limits.ts'
import { unzipped } from '../../lambdas/unpack-archive/unzipped.ts'
import type { SourceFile } from './source-files.ts'

/** The CSV of a raw file as a stream, unpacked by what unpacks it in the night: what that refuses is refused at once. */
export const contentOf = ({ path, name, kind, stats }: SourceFile): AsyncIterable<Buffer> => {
  if (kind === 'csv') return createReadStream(path)
  const archive = { key: name, size: stats.size, etag: '' }
  const read: ReadRange = (start, end) => createReadStream(path, { start, end: end - 1 })
  return kind === 'zip' ? unzipped(archive, read, LIMITS) : gunzipped(archive, read, LIMITS)
}
