import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../../registry.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { closeAfterUnread } from '../body.ts'
import { asAwsError } from '../errors.ts'
import { toXml } from '../xml.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { getObject } from './get-object.ts'
import { listObjectsV2 } from './list-objects-v2.ts'
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from './multipart.ts'
import { copyObject, putObject } from './put-object.ts'
import { header, parseS3Request, type S3Request } from './s3-request.ts'

type Operation = (objects: ObjectStore, s3: S3Request, region: string) => Promise<void>

/** Query parameters that belong to a plain read or write; any other one makes a request another operation. */
const PLAIN =
  /^(x-id|versionId|uploadId|partNumber|uploads|response-.*|X-Amz-.*|AWSAccessKeyId|Expires|Signature)$/i

const headBucket: Operation = async (objects, s3, region) => {
  await objects.list(s3.bucket, '', { max: 1 })
  s3.response.writeHead(200, { 'x-amz-bucket-region': region }).end()
}

const bucketOperation = ({ method, query }: S3Request): Operation | undefined => {
  if (method === 'GET' && query.get('list-type') === '2') return listObjectsV2
  if (method === 'POST' && query.has('delete')) return deleteObjects
  return method === 'HEAD' ? headBucket : undefined
}

const objectOperation = (s3: S3Request): Operation | undefined => {
  const { method, query } = s3
  if (![...query.keys()].every((name) => PLAIN.test(name))) return undefined
  const isCopy = header(s3, 'x-amz-copy-source') !== undefined
  switch (method) {
    case 'GET':
    case 'HEAD':
      return query.has('uploadId') ? undefined : getObject
    case 'PUT':
      if (query.has('uploadId')) return isCopy ? undefined : uploadPart
      return isCopy ? copyObject : putObject
    case 'POST':
      if (query.has('uploads')) return createMultipartUpload
      return query.has('uploadId') ? completeMultipartUpload : undefined
    case 'DELETE':
      return query.has('uploadId') ? abortMultipartUpload : deleteObject
    default:
      return undefined
  }
}

/** S3's REST protocol over the folders of an object store; bodies are streamed both ways. */
export class S3Door {
  readonly #objects: ObjectStore
  readonly #region: string

  constructor(objects: ObjectStore, region: string) {
    this.#objects = objects
    this.#region = region
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const s3 = parseS3Request(request, response)
      const operation = s3.key === '' ? bucketOperation(s3) : objectOperation(s3)
      if (!operation)
        throw new AwsError(
          'NotImplemented',
          `S3: ${request.method} ${request.url} is not emulated on this machine`,
          501,
        )
      await operation(this.#objects, s3, this.#region)
    } catch (error) {
      if (response.headersSent) throw error
      this.#sendError(request, response, asAwsError(error))
    }
  }

  #sendError(request: IncomingMessage, response: ServerResponse, { code, message, status }: AwsError): void {
    closeAfterUnread(request, response)
    response.removeHeader('content-range')
    response.writeHead(status, { 'content-type': 'application/xml' })
    const Resource = request.url ?? '/'
    response.end(
      request.method === 'HEAD' ? undefined : toXml('Error', { Code: code, Message: message, Resource }),
    )
  }
}
