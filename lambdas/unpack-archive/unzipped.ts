import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl'
import type { RawFile } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { ArchiveReadError, type ReadRange } from './bytes-of.ts'
import type { Limits } from './limits.ts'
import { onlyCsv } from './only-csv.ts'
import { withinLimits } from './within-limits.ts'

class RangeReader extends RandomAccessReader {
  readonly #read: ReadRange

  constructor(read: ReadRange) {
    super()
    this.#read = read
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#read(start, end)
  }
}

/** The content of the one CSV in a .zip; reads the directory at its end first, then only that entry. */
export async function* unzipped(archive: RawFile, read: ReadRange, limits: Limits): AsyncGenerator<Buffer> {
  const { zip, entries } = await directoryOf(archive, read)
  try {
    const entry = onlyCsv(archive, entries)
    const content = await refusing(archive, () => zip.openReadStreamPromise(entry))
    yield* withinLimits(entry.fileName, archive, checked(entry, content), limits)
  } finally {
    zip.close()
  }
}

async function directoryOf(archive: RawFile, read: ReadRange): Promise<{ zip: ZipFile; entries: Entry[] }> {
  return refusing(archive, async () => {
    const zip = await fromRandomAccessReaderPromise(new RangeReader(read), archive.size, { autoClose: false })
    const entries: Entry[] = []
    for await (const entry of zip.eachEntry()) entries.push(entry)
    return { zip, entries }
  })
}

/** yauzl's errors say what is wrong with the archive, `../` in a name among it; those of reading are no fault of it. */
async function refusing<T>(archive: RawFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ArchiveReadError || error instanceof InvalidInputError) throw error
    throw new InvalidInputError(
      `${archive.key} can't be read as a zip archive (${(error as Error).message}): pack it again and upload it.`,
    )
  }
}

async function* checked(entry: Entry, content: Readable): AsyncGenerator<Buffer> {
  let sum = 0
  for await (const chunk of content) {
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (sum !== entry.crc32) throw new Error('its CRC32 checksum differs')
}
