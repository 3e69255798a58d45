import type { RawFile } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { ArchiveReadError } from './bytes-of.ts'
import type { Limits } from './limits.ts'

/** Passes unpacked bytes on until they are too many for one month of events, or for what they were unpacked from. */
export async function* withinLimits(
  entry: string,
  archive: RawFile,
  content: AsyncIterable<Buffer>,
  limits: Limits,
): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const chunk of content) {
      bytes += chunk.length
      refuseBomb(entry, archive, bytes, limits)
      yield chunk
    }
  } catch (error) {
    if (error instanceof ArchiveReadError || error instanceof InvalidInputError) throw error
    throw new InvalidInputError(
      `${entry} of ${archive.key} is corrupt (${(error as Error).message}): upload the archive again.`,
    )
  }
}

function refuseBomb(
  entry: string,
  archive: RawFile,
  bytes: number,
  { ratio, ratioFloor, ...limits }: Limits,
) {
  const tooMany =
    bytes > limits.bytes
      ? `more than ${limits.bytes.toLocaleString('en')} bytes`
      : bytes > ratioFloor && bytes > archive.size * ratio && `more than ${ratio} times its packed size`
  if (tooMany)
    throw new InvalidInputError(
      `${entry} of ${archive.key} unpacks to ${tooMany}, as an archive bomb does. ` +
        'If it is real, unpack it yourself and upload the CSV.',
    )
}
