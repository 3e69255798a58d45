import type { ObjectStore } from '../../s3/object-store.ts'
import { conditionOf } from './conditions.ts'
import { openCopySource } from './copy-source.ts'
import { objectBody } from './object-body.ts'
import { type S3Request, sendXml } from './s3-request.ts'

export const putObject = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { content, checked } = objectBody(s3.request)
  const { etag } = await objects.put(s3.bucket, s3.key, content, conditionOf(s3))
  const type = Object.keys(checked).length > 0 ? { 'x-amz-checksum-type': 'FULL_OBJECT' } : {}
  s3.response.writeHead(200, { etag, ...checked, ...type }).end()
}

export const copyObject = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const condition = conditionOf(s3)
  const source = await openCopySource(objects, s3)
  const copied = await objects.put(s3.bucket, s3.key, source.read(), condition)
  sendXml(s3, 'CopyObjectResult', { ETag: copied.etag, LastModified: copied.lastModified.toISOString() })
}
