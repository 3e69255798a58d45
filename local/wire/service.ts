import type { IncomingMessage } from 'node:http'
import { requestTarget } from './request-target.ts'

/** The service prefixes of `X-Amz-Target`, with their ids in the registry. */
const TARGETS: Readonly<Record<string, string>> = {
  AWSGlue: 'glue',
  AmazonAthena: 'athena',
  AWSStepFunctions: 'states',
  Kinesis_20131202: 'kinesis',
  DynamoDB_20120810: 'dynamodb',
}

export interface Target {
  readonly service: string
  readonly action: string
  /** None: such a request has all of its input in the body. */
  readonly members?: undefined
}

export const targetOf = ({ headers }: IncomingMessage): Target | undefined => {
  const [, prefix = '', action = ''] = /^([^.]+)\.(.+)$/.exec(String(headers['x-amz-target'] ?? '')) ?? []
  return prefix ? { service: TARGETS[prefix] ?? prefix, action } : undefined
}

/** `…/20251101/us-east-1/glue/aws4_request`: every signature names its service, in a header or in a presigned URL. */
const SCOPE = /\/\d{8}\/[^/]*\/([a-z0-9-]+)\/aws4_request/

/** The service that a request is for; what is not signed and has no target is taken for S3's. */
export const serviceOf = (request: IncomingMessage): string => {
  const target = targetOf(request)
  if (target) return target.service
  const presigned = requestTarget(request).query.get('X-Amz-Credential')
  return SCOPE.exec(`${request.headers.authorization ?? ''} /${presigned ?? ''}`)?.[1] ?? 's3'
}
