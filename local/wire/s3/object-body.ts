import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { AwsError } from '../../registry.ts'
import { decodeAwsChunked } from './aws-chunked.ts'
import { Checksum, checksumHeader, declaredAlgorithm } from './checksums.ts'

export interface ObjectBody {
  readonly content: Readable
  /** The checksum that was found right, as a header of the answer; none before the content is read. */
  readonly checked: Record<string, string>
}

const badDigest = (what: string) =>
  new AwsError('BadDigest', `The ${what} you specified did not match the calculated checksum.`)

/** What a signature covers: the body's own SHA-256, where a client has read the body before it sends it. */
const PAYLOAD_HASH = /^[0-9a-f]{64}$/

async function* checkedContent(
  source: AsyncIterable<Buffer>,
  { headers }: IncomingMessage,
  trailers: ReadonlyMap<string, string>,
  declared: string | undefined,
  checked: Record<string, string>,
): AsyncGenerator<Buffer> {
  const md5 = headers['content-md5'] ? createHash('md5') : undefined
  const payloadHash = String(headers['x-amz-content-sha256'] ?? '')
  const sha256 = PAYLOAD_HASH.test(payloadHash) ? createHash('sha256') : undefined
  const algorithm = declaredAlgorithm(headers)
  const checksum = algorithm === undefined ? undefined : new Checksum(algorithm)
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    for (const part of [checksum, md5, sha256]) part?.update(chunk)
    yield chunk
  }
  if (declared !== undefined && Number(declared) !== size)
    throw new AwsError(
      'IncompleteBody',
      `The body has ${size} bytes instead of the ${declared} that it declares`,
    )
  if (checksum) {
    const name = checksumHeader(checksum.algorithm)
    const expected = headers[name] ?? trailers.get(name)
    if (expected === undefined)
      throw new AwsError('MalformedTrailerError', `The trailer ${name} was announced, but did not come`)
    const actual = (await checksum.end()).toString('base64')
    if (actual !== expected) throw badDigest(checksum.algorithm)
    checked[name] = actual
  }
  if (md5 && md5.digest('base64') !== headers['content-md5']) throw badDigest('Content-MD5')
  if (sha256 && sha256.digest('hex') !== payloadHash)
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
}

/** The object in a request's body, unwrapped and checked against the length and checksums that came with it. */
export const objectBody = (request: IncomingMessage): ObjectBody => {
  const trailers = new Map<string, string>()
  const checked: Record<string, string> = {}
  const isChunked =
    /(^|,)\s*aws-chunked\b/.test(String(request.headers['content-encoding'] ?? '')) ||
    String(request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  // A refused body must not end the connection: the client is still to be told why.
  const bytes: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  const source = isChunked ? decodeAwsChunked(bytes, trailers) : bytes
  // What the content has, not what it has with its wrapping.
  const declared = request.headers[isChunked ? 'x-amz-decoded-content-length' : 'content-length']
  const checkedSource = checkedContent(source, request, trailers, declared?.toString(), checked)
  return { content: Readable.from(checkedSource, { objectMode: false }), checked }
}
