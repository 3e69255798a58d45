import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../../registry.ts'
import { toXml } from '../xml.ts'

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** A path-style request: `/<bucket>/<key>?<query>`. */
export interface S3Request {
  readonly method: string
  readonly bucket: string
  readonly key: string
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${text}`)
  }
}

export const parseS3Request = (request: IncomingMessage, response: ServerResponse): S3Request => {
  // Not through URL, which would resolve `..` and so hide what the key check has to refuse.
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s)
  const [, bucket = '', key = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? []
  return {
    method: request.method ?? 'GET',
    bucket: decode(bucket),
    key: decode(key),
    query: new URLSearchParams(query),
    request,
    response,
  }
}

export const header = ({ request }: S3Request, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

export const sendXml = ({ response }: S3Request, root: string, content: Record<string, unknown>): void => {
  response.writeHead(200, { 'content-type': 'application/xml' })
  response.end(toXml(root, content, S3_NAMESPACE))
}
