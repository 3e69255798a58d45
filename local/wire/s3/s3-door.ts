import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../../registry.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { closeAfterUnread } from '../body.ts'
import { asAwsError } from '../errors.ts'
import { toXml } from '../xml.ts'
import { operationOf } from './operations.ts'
import { parseS3Request } from './s3-request.ts'

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
      const operation = operationOf(s3)
      if (!operation)
        throw new AwsError(
          'NotImplemented',
          `S3: ${request.method} ${request.url} is not emulated on this machine`,
          501,
        )
      const version = s3.query.get('versionId')
      if (version !== null && version !== 'null')
        throw new AwsError('NoSuchVersion', 'The lake keeps no former versions of an object', 404)
      await operation.run(this.#objects, s3, this.#region)
    } catch (error) {
      if (response.headersSent) throw error
      this.#sendError(request, response, asAwsError(error))
    }
  }

  #sendError(request: IncomingMessage, response: ServerResponse, { code, message, status }: AwsError): void {
    closeAfterUnread(request, response)
    // What was to be said of the object is not true of the error.
    for (const name of response.getHeaderNames())
      if (!/^(x-amz|connection$)/.test(name)) response.removeHeader(name)
    response.writeHead(status, { 'content-type': 'application/xml' })
    const content = {
      Code: code,
      Message: message,
      Resource: request.url ?? '/',
      RequestId: String(response.getHeader('x-amz-request-id') ?? ''),
    }
    response.end(request.method === 'HEAD' ? undefined : toXml('Error', content))
  }
}
