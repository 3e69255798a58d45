import { pipeline } from 'node:stream/promises'
import { AwsError } from '../../registry.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { isNotModified } from './conditions.ts'
import { parseRange } from './range.ts'
import { header, type S3Request } from './s3-request.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  gz: 'application/gzip',
  html: 'text/html',
  json: 'application/json',
  txt: 'text/plain',
  zip: 'application/zip',
}

/** Headers that a client, by a presigned URL for example, can ask to be as it says: `response-content-type=…`. */
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

/** An object here has one part, however it was uploaded. */
const checkPart = (s3: S3Request): boolean => {
  const part = s3.query.get('partNumber')
  if (part !== null && part !== '1')
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416)
  return part !== null
}

/** GetObject and HeadObject, with ranges and conditions. */
export const getObject = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { response, query } = s3
  const opened = await objects.open(s3.bucket, s3.key)
  let isRead = false
  try {
    const { object } = opened
    response.setHeader('etag', object.etag)
    response.setHeader('last-modified', object.lastModified.toUTCString())
    response.setHeader('accept-ranges', 'bytes')
    if (isNotModified(s3, object)) {
      response.writeHead(304).end()
      return
    }
    const isPart = checkPart(s3) && object.size > 0
    const asked = header(s3, 'range')
    const range = isPart ? { start: 0, end: object.size - 1 } : parseRange(asked, object.size)
    if (range) response.setHeader('content-range', `bytes ${range.start}-${range.end}/${object.size}`)
    response.setHeader(
      'content-type',
      CONTENT_TYPES[s3.key.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    )
    for (const name of OVERRIDES) {
      const value = query.get(`response-${name}`)
      if (value !== null) response.setHeader(name, value)
    }
    response.writeHead(range ? 206 : 200, {
      'content-length': range ? range.end - range.start + 1 : object.size,
    })
    if (s3.method === 'HEAD') response.end()
    else {
      isRead = true
      await pipeline(opened.read(range), response)
    }
  } finally {
    if (!isRead) await opened.close()
  }
}
