import { AwsError } from '../../registry.ts'

const CRLF = Buffer.from('\r\n')
/** A chunk's header line holds a size and perhaps a signature; trailers are short as well. */
const MAX_LINE = 16 * 1024

const malformed = (why: string) =>
  new AwsError('IncompleteBody', `The aws-chunked body is not complete: ${why}`)

/**
 * The content of an `aws-chunked` body (`<hex size>[;chunk-signature=…]\r\n<bytes>\r\n … 0\r\n<trailers>\r\n`), as the SDKs
 * send it by default. Trailers are added to `trailers` in lower case before the last content is given.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let buffer: Buffer = Buffer.alloc(0)
  let left = 0
  let state: 'size' | 'data' | 'data end' | 'trailers' = 'size'
  for await (const chunk of source) {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk])
    for (;;) {
      if (state === 'data') {
        if (buffer.length === 0) break
        const content = buffer.subarray(0, left)
        left -= content.length
        buffer = buffer.subarray(content.length)
        if (left === 0) state = 'data end'
        yield content
        continue
      }
      const end = buffer.indexOf(CRLF)
      if (end > MAX_LINE || (end < 0 && buffer.length > MAX_LINE)) throw malformed('a line has no end')
      if (end < 0) break
      const line = buffer.toString('latin1', 0, end)
      buffer = buffer.subarray(end + CRLF.length)
      if (state === 'data end') {
        if (line !== '') throw malformed('a chunk is longer than it says')
        state = 'size'
      } else if (state === 'size') {
        const [, hex] = /^([0-9a-fA-F]{1,12})(?:;|$)/.exec(line) ?? []
        if (hex === undefined) throw malformed(`no chunk size in ${JSON.stringify(line.slice(0, 40))}`)
        left = Number.parseInt(hex, 16)
        state = left === 0 ? 'trailers' : 'data'
      } else if (line !== '') {
        const at = line.indexOf(':')
        trailers.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim())
      }
    }
  }
  if ((state as string) !== 'trailers') throw malformed('it ends inside a chunk')
}
