import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { AwsError } from '../registry.ts'

const LIMIT = 16 * 1024 * 1024

/** The body of a request for which AWS too sets a small limit; object bodies are streamed instead. */
export const readBody = async (request: Readable): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop early must not end the connection: the client is still to be told why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LIMIT) throw new AwsError('RequestEntityTooLarge', 'The request is larger than 16 MiB', 413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What is left of a body that was refused is thrown away, and the connection ends behind the answer. */
export const closeAfterUnread = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.complete) return
  response.setHeader('connection', 'close')
  request.resume()
}
