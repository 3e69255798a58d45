import { pipeline } from 'node:stream/promises'
import { AwsError } from '../../registry.ts'
import { etagMatches } from '../../s3/etag.ts'
import type { ListedObject } from '../../s3/list-objects.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
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

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000)

/** Whether the client's copy is still good (304); throws where the object is not the one that it wants. */
const isNotModified = (s3: S3Request, { etag, lastModified }: ListedObject): boolean => {
  const [ifMatch, ifNoneMatch] = [header(s3, 'if-match'), header(s3, 'if-none-match')]
  const [since, unmodifiedSince] = [header(s3, 'if-modified-since'), header(s3, 'if-unmodified-since')]
  const hasFailed =
    ifMatch === undefined
      ? unmodifiedSince !== undefined && seconds(lastModified) > seconds(new Date(unmodifiedSince))
      : !etagMatches(ifMatch, etag)
  if (hasFailed)
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    )
  return ifNoneMatch === undefined
    ? since !== undefined && seconds(lastModified) <= seconds(new Date(since))
    : etagMatches(ifNoneMatch, etag)
}

/** GetObject and HeadObject, with ranges and conditions. */
export const getObject = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { response } = s3
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
    const range = parseRange(header(s3, 'range'), object.size)
    if (range) response.setHeader('content-range', `bytes ${range.start}-${range.end}/${object.size}`)
    response.writeHead(range ? 206 : 200, {
      'content-type': CONTENT_TYPES[s3.key.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
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
