import type { IncomingMessage } from 'node:http'

/** Path and query as the client sent them. Not through URL, which throws for `//` and resolves `..` before anyone sees it. */
export const requestTarget = ({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } => {
  const [path = '/', query = ''] = url.split(/\?(.*)/s)
  return { path, query: new URLSearchParams(query) }
}
