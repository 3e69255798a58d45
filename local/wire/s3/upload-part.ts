import { join } from 'node:path'
import { AwsError } from '../../registry.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { type Body, writeFileAtomically } from '../../s3/write-file.ts'
import { openCopySource } from './copy-source.ts'
import { findPart, openUpload, type Part } from './multipart.ts'
import { objectBody } from './object-body.ts'
import { parseRange } from './range.ts'
import { header, type S3Request, sendXml } from './s3-request.ts'

const writePart = async (
  objects: ObjectStore,
  s3: S3Request,
  contentOf: () => Body | Promise<Body>,
): Promise<Part> => {
  const number = s3.query.get('partNumber') ?? ''
  if (!/^[1-9]\d{0,3}$|^10000$/.test(number))
    throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive')
  const upload = await openUpload(objects, s3)
  const path = join(upload.folder, number)
  await writeFileAtomically(await contentOf(), { staging: objects.staging, path, exclusive: false })
  const part = await findPart(upload, Number(number))
  if (!part) throw new AwsError('NoSuchUpload', `The upload ${upload.id} has just been aborted`, 404)
  return part
}

export const uploadPart = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { content, checked } = objectBody(s3.request)
  const { etag } = await writePart(objects, s3, () => content)
  s3.response.writeHead(200, { etag, ...checked }).end()
}

/** A part that is a range of another object, as clients copy large ones. */
export const uploadPartCopy = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const asked = header(s3, 'x-amz-copy-source-range')
  const part = await writePart(objects, s3, async () => {
    const source = await openCopySource(objects, s3)
    const { size } = source.object
    const range = asked === undefined ? undefined : parseRange(asked, size)
    // Unlike a read, a copy beyond the end is not cut short: the object would lack what the client believes is in it.
    if (asked !== undefined && (!range || asked !== `bytes=${range.start}-${range.end}`)) {
      await source.close()
      throw new AwsError('InvalidArgument', `Range specified is not valid for source object of size: ${size}`)
    }
    return source.read(range)
  })
  sendXml(s3, 'CopyPartResult', { ETag: part.etag, LastModified: part.lastModified.toISOString() })
}
