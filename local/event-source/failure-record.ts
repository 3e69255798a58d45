import { randomUUID } from 'node:crypto'
import { shardId } from '../kinesis/hash-key.ts'
import { kinesisEvent } from './kinesis-event.ts'
import type { MappingConfig } from './mapping-config.ts'
import type { Discarded } from './work-through.ts'

const two = (value: number): string => String(value).padStart(2, '0')

export interface FailureObject {
  readonly key: string
  readonly body: string
}

/** What Lambda writes to a bucket about records that it gives up: where and why, and the whole event as `payload`. */
export function failureObject(
  config: MappingConfig,
  mappingId: string,
  shard: number,
  { records, condition, invocations, error }: Discarded,
  now: Date,
): FailureObject {
  const [year, month, day] = [now.getUTCFullYear(), two(now.getUTCMonth() + 1), two(now.getUTCDate())]
  const time = [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()].map(two).join('.')
  const [region = '', account = ''] = config.streamArn.split(':').slice(3, 5)
  const [first, last] = [records[0], records.at(-1)]
  const document = {
    requestContext: {
      requestId: randomUUID(),
      functionArn: `arn:aws:lambda:${region}:${account}:function:${config.functionName}`,
      condition,
      approximateInvokeCount: invocations,
    },
    ...(invocations > 0 && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: error === null ? null : 'Unhandled',
      },
    }),
    version: '1.0',
    timestamp: now.toISOString(),
    KinesisBatchInfo: {
      shardId: shardId(shard),
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first?.arrival ?? 0).toISOString(),
      approximateArrivalOfLastRecord: new Date(last?.arrival ?? 0).toISOString(),
      batchSize: records.length,
      streamArn: config.streamArn,
    },
    payload: JSON.stringify(kinesisEvent(config.streamArn, shard, records)),
  }
  return {
    key: `aws/lambda/${mappingId}/${shardId(shard)}/${year}/${month}/${day}/${year}-${month}-${day}T${time}-${randomUUID()}`,
    body: JSON.stringify(document),
  }
}
