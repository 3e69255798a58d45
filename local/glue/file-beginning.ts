import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

/** Enough for a header and some thousand rows; a crawl of gigabytes reads no more of each file. */
const SAMPLE_BYTES = 256 * 1024

const firstBytes = async (path: string): Promise<{ bytes: Buffer; isWhole: boolean }> => {
  const file = createReadStream(path)
  const source = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // A pipe hands on bytes but no errors.
  if (source !== file) file.once('error', (error) => source.destroy(error))
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of source) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= SAMPLE_BYTES) return { bytes: Buffer.concat(chunks), isWhole: false }
    }
    return { bytes: Buffer.concat(chunks), isWhole: true }
  } finally {
    file.destroy()
  }
}

/** The first lines of a file, plain or gzipped, without those that are blank. */
export const firstLines = async (path: string): Promise<string[]> => {
  const { bytes, isWhole } = await firstBytes(path)
  const lines = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
  // The last line of a part is cut somewhere.
  return (isWhole ? lines : lines.slice(0, -1)).filter((line) => line !== '')
}
