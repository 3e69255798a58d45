import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { AwsError } from '../../registry.ts'
import { decodeAwsChunked } from './aws-chunked.ts'

const CRC32 = 'x-amz-checksum-crc32'

async function* checked(
  source: AsyncIterable<Buffer>,
  { headers }: IncomingMessage,
  trailers: ReadonlyMap<string, string>,
): AsyncGenerator<Buffer> {
  const declared = headers['x-amz-decoded-content-length'] ?? headers['content-length']
  const md5 = headers['content-md5'] ? createHash('md5') : undefined
  let size = 0
  let crc = 0
  for await (const chunk of source) {
    size += chunk.length
    crc = crc32(chunk, crc)
    md5?.update(chunk)
    yield chunk
  }
  if (declared !== undefined && Number(declared) !== size)
    throw new AwsError(
      'IncompleteBody',
      `The body has ${size} bytes instead of the ${declared} that it declares`,
    )
  const expected = trailers.get(CRC32) ?? headers[CRC32]
  const actual = Buffer.alloc(4)
  actual.writeUInt32BE(crc)
  if (expected !== undefined && expected !== actual.toString('base64'))
    throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.')
  if (md5 && md5.digest('base64') !== headers['content-md5'])
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.')
}

/** The object in a request's body, unwrapped and checked against the length and checksums that came with it. */
export const objectBody = (request: IncomingMessage): Readable => {
  const trailers = new Map<string, string>()
  const isChunked =
    /(^|,)\s*aws-chunked\b/.test(String(request.headers['content-encoding'] ?? '')) ||
    String(request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  // A refused body must not end the connection: the client is still to be told why.
  const bytes: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  const source = isChunked ? decodeAwsChunked(bytes, trailers) : bytes
  return Readable.from(checked(source, request, trailers), { objectMode: false })
}
