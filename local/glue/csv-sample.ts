import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

/** Enough for the header and some thousand rows; a crawl of gigabytes reads no more of each file. */
const SAMPLE_BYTES = 256 * 1024

export interface CsvSample {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const splitLine = (line: string): string[] =>
  line.includes('"')
    ? [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain ?? '',
      )
    : line.split(',')

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

/** Header and first rows of a CSV file, plain or gzipped; undefined for an empty one. */
export const readCsvSample = async (path: string): Promise<CsvSample | undefined> => {
  const { bytes, isWhole } = await firstBytes(path)
  const lines = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
  // The last line of a part is cut somewhere.
  const complete = (isWhole ? lines : lines.slice(0, -1)).filter((line) => line !== '')
  const [header, ...rows] = complete.map(splitLine)
  return header && { header, rows }
}
