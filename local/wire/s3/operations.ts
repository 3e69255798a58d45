import type { ObjectStore } from '../../s3/object-store.ts'
import { getBucketLocation, headBucket, listBuckets } from './buckets.ts'
import { completeMultipartUpload } from './complete-upload.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { getObject } from './get-object.ts'
import { getObjectTagging } from './get-object-tagging.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listMultipartUploads, listParts } from './list-uploads.ts'
import { abortMultipartUpload, createMultipartUpload } from './multipart.ts'
import { copyObject, putObject } from './put-object.ts'
import { header, type S3Request } from './s3-request.ts'
import { uploadPart, uploadPartCopy } from './upload-part.ts'

export interface S3Operation {
  /** As AWS's API calls it. */
  readonly name: string
  readonly method: string
  readonly of: 'service' | 'bucket' | 'object'
  /** Query parameters that make a request this operation. */
  readonly needs?: readonly string[]
  /** Further ones that it reads. */
  readonly takes?: readonly string[]
  /** Only with the header `x-amz-copy-source`. */
  readonly isCopy?: true
  readonly run: (objects: ObjectStore, s3: S3Request, region: string) => Promise<void>
}

const LISTING = ['prefix', 'delimiter', 'encoding-type', 'max-keys']
const PART = ['partNumber', 'uploadId']
const READING = [
  'partNumber',
  'versionId',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
]

export const S3_OPERATIONS: readonly S3Operation[] = [
  {
    name: 'ListBuckets',
    method: 'GET',
    of: 'service',
    takes: ['prefix', 'max-buckets', 'continuation-token', 'bucket-region'],
    run: listBuckets,
  },
  { name: 'HeadBucket', method: 'HEAD', of: 'bucket', run: headBucket },
  { name: 'GetBucketLocation', method: 'GET', of: 'bucket', needs: ['location'], run: getBucketLocation },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    of: 'bucket',
    needs: ['list-type'],
    takes: [...LISTING, 'continuation-token', 'fetch-owner', 'start-after'],
    run: listObjectsV2,
  },
  { name: 'ListObjects', method: 'GET', of: 'bucket', takes: [...LISTING, 'marker'], run: listObjects },
  {
    name: 'ListMultipartUploads',
    method: 'GET',
    of: 'bucket',
    needs: ['uploads'],
    takes: ['prefix', 'encoding-type', 'key-marker', 'max-uploads', 'upload-id-marker'],
    run: listMultipartUploads,
  },
  { name: 'DeleteObjects', method: 'POST', of: 'bucket', needs: ['delete'], run: deleteObjects },
  { name: 'GetObject', method: 'GET', of: 'object', takes: READING, run: getObject },
  { name: 'HeadObject', method: 'HEAD', of: 'object', takes: READING, run: getObject },
  {
    name: 'GetObjectTagging',
    method: 'GET',
    of: 'object',
    needs: ['tagging'],
    takes: ['versionId'],
    run: getObjectTagging,
  },
  { name: 'PutObject', method: 'PUT', of: 'object', run: putObject },
  { name: 'CopyObject', method: 'PUT', of: 'object', isCopy: true, run: copyObject },
  { name: 'DeleteObject', method: 'DELETE', of: 'object', takes: ['versionId'], run: deleteObject },
  {
    name: 'CreateMultipartUpload',
    method: 'POST',
    of: 'object',
    needs: ['uploads'],
    run: createMultipartUpload,
  },
  { name: 'UploadPart', method: 'PUT', of: 'object', needs: PART, run: uploadPart },
  { name: 'UploadPartCopy', method: 'PUT', of: 'object', needs: PART, isCopy: true, run: uploadPartCopy },
  {
    name: 'ListParts',
    method: 'GET',
    of: 'object',
    needs: ['uploadId'],
    takes: ['max-parts', 'part-number-marker'],
    run: listParts,
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    of: 'object',
    needs: ['uploadId'],
    run: completeMultipartUpload,
  },
  {
    name: 'AbortMultipartUpload',
    method: 'DELETE',
    of: 'object',
    needs: ['uploadId'],
    run: abortMultipartUpload,
  },
]

/** Of a presigned URL, and what SDKs add to say which operation it is. */
const COMMON = /^(x-id|X-Amz-.*|AWSAccessKeyId|Expires|Signature)$/i

/** The operation that a request is, by its method and by exactly those query parameters that the operation has. */
export const operationOf = (s3: S3Request): S3Operation | undefined => {
  const of = s3.bucket === '' ? 'service' : s3.key === '' ? 'bucket' : 'object'
  const isCopy = header(s3, 'x-amz-copy-source') !== undefined
  const given = [...s3.query.keys()].filter((name) => !COMMON.test(name))
  return S3_OPERATIONS.find(
    ({ needs = [], takes = [], ...operation }) =>
      operation.method === s3.method &&
      operation.of === of &&
      (operation.isCopy ?? false) === isCopy &&
      needs.every((name) => given.includes(name)) &&
      given.every((name) => needs.includes(name) || takes.includes(name)),
  )
}
