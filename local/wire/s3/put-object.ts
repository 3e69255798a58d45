import { AwsError } from '../../registry.ts'
import type { Condition, ObjectStore } from '../../s3/object-store.ts'
import { objectBody } from './object-body.ts'
import { header, type S3Request, sendXml } from './s3-request.ts'

export const conditionOf = (s3: S3Request): Condition => {
  const ifNoneMatch = header(s3, 'if-none-match')
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw new AwsError('NotImplemented', 'If-None-Match takes only "*" in a write', 501)
  return { ifNoneMatch, ifMatch: header(s3, 'if-match') }
}

export const putObject = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { etag } = await objects.put(s3.bucket, s3.key, objectBody(s3.request), conditionOf(s3))
  s3.response.writeHead(200, { etag }).end()
}

export const copyObject = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const source = decodeURIComponent(header(s3, 'x-amz-copy-source') ?? '')
    .replace(/^\//, '')
    .replace(/\?versionId=.*$/, '')
  const [bucket = '', key = ''] = source.split(/\/(.*)/s)
  const copied = await objects.put(s3.bucket, s3.key, await objects.read(bucket, key), conditionOf(s3))
  sendXml(s3, 'CopyObjectResult', { ETag: copied.etag, LastModified: copied.lastModified.toISOString() })
}
