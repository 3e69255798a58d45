import { AwsError } from '../../registry.ts'
import { compareKeys } from '../../s3/compare-keys.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { keyEncoder, pageSize } from './list-objects.ts'
import { openUpload, partsOf, type Upload, uploadsOf } from './multipart.ts'
import { type S3Request, sendXml } from './s3-request.ts'

const SOMEBODY = { ID: 'local', DisplayName: 'local' }
const OWNED = { Initiator: SOMEBODY, Owner: SOMEBODY, StorageClass: 'STANDARD' }

export const listParts = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const upload = await openUpload(objects, s3)
  const marker = Number(s3.query.get('part-number-marker') ?? 0)
  if (!Number.isInteger(marker) || marker < 0)
    throw new AwsError('InvalidArgument', 'Argument part-number-marker must be a whole number')
  const max = pageSize(s3, 'max-parts')
  const found = (await partsOf(upload)).filter(({ number }) => number > marker)
  const page = found.slice(0, max)
  const isTruncated = page.length > 0 && page.length < found.length
  sendXml(s3, 'ListPartsResult', {
    Bucket: s3.bucket,
    Key: s3.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    ...(isTruncated && { NextPartNumberMarker: page.at(-1)?.number }),
    MaxParts: max,
    IsTruncated: isTruncated,
    ...OWNED,
    Part: page.map(({ number, lastModified, etag, size }) => ({
      PartNumber: number,
      LastModified: lastModified.toISOString(),
      ETag: etag,
      Size: size,
    })),
  })
}

/** By key, and those of one key in the order in which they began, as S3 lists them. */
const inOrder = (a: Upload, b: Upload): number =>
  compareKeys(a.record.key, b.record.key) ||
  a.record.initiated.getTime() - b.record.initiated.getTime() ||
  compareKeys(a.id, b.id)

export const listMultipartUploads = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const { bucket, query } = s3
  objects.requireBucket(bucket)
  const encode = keyEncoder(s3)
  const [prefix, key] = [query.get('prefix') ?? '', query.get('key-marker') ?? '']
  const uploadId = key === '' ? '' : (query.get('upload-id-marker') ?? '')
  const max = pageSize(s3, 'max-uploads')
  const all = (await uploadsOf(objects, bucket)).sort(inOrder)
  const at = all.findIndex(({ id, record }) => id === uploadId && record.key === key)
  const behind = at >= 0 ? all.slice(at + 1) : all.filter(({ record }) => compareKeys(record.key, key) > 0)
  const found = behind.filter(({ record }) => record.key.startsWith(prefix))
  const page = found.slice(0, max)
  const last = page.length < found.length ? page.at(-1) : undefined
  sendXml(s3, 'ListMultipartUploadsResult', {
    Bucket: bucket,
    KeyMarker: encode(key),
    UploadIdMarker: uploadId,
    ...(last && { NextKeyMarker: encode(last.record.key), NextUploadIdMarker: last.id }),
    ...(prefix && { Prefix: encode(prefix) }),
    ...(query.has('encoding-type') && { EncodingType: 'url' }),
    MaxUploads: max,
    IsTruncated: last !== undefined,
    Upload: page.map(({ id, record }) => ({
      Key: encode(record.key),
      UploadId: id,
      ...OWNED,
      Initiated: record.initiated.toISOString(),
    })),
  })
}
