import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../../registry.ts'
import { requestTarget } from '../request-target.ts'
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

const invalid = (text: string) =>
  new AwsError('InvalidURI', `Couldn't parse the specified URI: ${text}; it is /<bucket>/<key>`)

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(text)
  }
}

export const parseS3Request = (request: IncomingMessage, response: ServerResponse): S3Request => {
  const { path, query } = requestTarget(request)
  const [, bucket = '', key = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? []
  if (bucket === '' && path !== '/') throw invalid(path)
  return {
    method: request.method ?? 'GET',
    bucket: decode(bucket),
    key: decode(key),
    query,
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
