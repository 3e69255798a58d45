import { z } from 'zod'
import { AwsError } from '../../registry.ts'

export interface Call {
  /** In front of the action in `X-Amz-Target`, with the service's date: `Kinesis_20131202`. */
  readonly prefix: string
  readonly contentType: string
  /** In upper camel case, as AWS has it. */
  readonly action: string
  readonly input: unknown
  readonly signal: AbortSignal
}

const failure = z.object({
  __type: z.string(),
  message: z.string().optional(),
  Message: z.string().optional(),
})

/** dynalite wants a signature that has all its parts, and doesn't look into them. */
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none'

/** Asks another process, or a server of this one, in AWS's JSON protocol. Throws what it answers as an AWS error. */
export async function callElsewhere(endpoint: string, call: Call): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': call.contentType,
      'x-amz-target': `${call.prefix}.${call.action}`,
      'x-amz-date': new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
      authorization: SIGNATURE,
    },
    body: JSON.stringify(call.input),
    signal: call.signal,
  })
  const body: unknown = JSON.parse((await response.text()) || '{}')
  if (response.ok) return body
  const { __type, message, Message } = failure.parse(body)
  // `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`
  throw new AwsError(__type.split('#').at(-1) ?? __type, message ?? Message ?? '', response.status)
}

/** Whether nothing listens where a call went: it has reached nobody, and may go again. */
export const isUnheard = (error: unknown): boolean =>
  error instanceof TypeError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED'
