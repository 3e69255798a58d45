import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

const CHUNK = 1 << 18

/** The bytes of a raw file, unpacked where its name ends in `.gz`. An error of either stream ends what is returned. */
export const openRaw = (path: string): Readable => {
  const file = createReadStream(path, { highWaterMark: CHUNK })
  return path.endsWith('.gz') ? pipeline(file, createGunzip({ chunkSize: CHUNK }), () => {}) : file
}
