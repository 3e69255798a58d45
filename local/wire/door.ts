import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from '../registry.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { closeAfterUnread, readBody } from './body.ts'
import { asAwsError } from './errors.ts'
import { isLocalRequest } from './host.ts'
import { parseJsonBody, sendJson, sendJsonError } from './json-protocol.ts'
import {
  parseQueryBody,
  QUERY_SERVICES,
  type QueryAnswer,
  sendQueryError,
  sendQueryResult,
} from './query-protocol.ts'
import { requestTarget } from './request-target.ts'
import { restCall } from './rest-routes.ts'
import { S3Door } from './s3/s3-door.ts'
import { serviceOf, targetOf } from './service.ts'

/** Other services that are asked by a form shall understand the answer, too. */
const speaksQuery = (service: string, { headers }: IncomingMessage): boolean =>
  QUERY_SERVICES.includes(service) ||
  String(headers['content-type']).startsWith('application/x-www-form-urlencoded')

/**
 * AWS's wire protocols on 127.0.0.1, for the clients that the Lambdas use and for the AWS CLI, boto3 and others. It has one
 * port for all services: the credential scope of each signature says which one is meant. Signatures are not checked.
 */
export class WireDoor {
  readonly #registry: Registry
  readonly #s3: S3Door
  readonly #server = createServer((request, response) => {
    // The client is gone, or an answer has begun: all that is left is to end the connection.
    this.#answer(request, response).catch(() => response.destroy())
  })

  constructor(registry: Registry, objects: ObjectStore, region: string) {
    this.#registry = registry
    this.#s3 = new S3Door(objects, region)
    // A body of gigabytes may take longer than Node's default of five minutes.
    this.#server.requestTimeout = 0
    // Longer than clients keep an idle connection, so that none of them is surprised by its end.
    this.#server.keepAliveTimeout = 75_000
  }

  /** Starts listening; port 0 takes a free one. */
  async open(port = 0): Promise<string> {
    await new Promise<void>((done, failed) => {
      this.#server.once('error', failed).listen(port, '127.0.0.1', done)
    })
    return `http://127.0.0.1:${this.#port}`
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    await new Promise<void>((done) => {
      this.#server.close(() => done())
      this.#server.closeAllConnections()
    })
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID()
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    response.setHeader('x-amzn-requestid', requestId)
    response.setHeader('x-amz-request-id', requestId)
    if (!isLocalRequest(request, this.#port)) {
      response.writeHead(403, { 'content-type': 'text/plain' })
      response.end('This endpoint answers programs on this machine only: use 127.0.0.1 or localhost.\n')
      return
    }
    const service = serviceOf(request)
    if (service === 's3') await this.#s3.answer(request, response)
    else if (speaksQuery(service, request))
      await this.#query(request, response, { service, requestId }, gone.signal)
    else await this.#json(service, request, response, gone.signal)
  }

  async #json(
    service: string,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const contentType = request.headers['content-type'] ?? 'application/json'
    try {
      const { path, query } = requestTarget(request)
      const { action, members } = targetOf(request) ?? restCall(service, request.method ?? 'GET', path, query)
      const body = parseJsonBody(await readBody(request))
      const input = members ? { ...(body as object), ...members } : body
      sendJson(response, await this.#registry.call(service, action, input, { signal }), contentType)
    } catch (error) {
      closeAfterUnread(request, response)
      sendJsonError(response, asAwsError(error), contentType)
    }
  }

  async #query(
    request: IncomingMessage,
    response: ServerResponse,
    answer: QueryAnswer,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const { action, input } = parseQueryBody(await readBody(request))
      const output = await this.#registry.call(answer.service, action, input, { signal })
      sendQueryResult(response, answer, action, output)
    } catch (error) {
      closeAfterUnread(request, response)
      sendQueryError(response, answer, asAwsError(error))
    }
  }
}
