import type { KinesisStreamEvent } from 'aws-lambda'
import { shardId } from '../kinesis/hash-key.ts'
import type { StreamRecord } from '../kinesis/streams.ts'

/** The event that Lambda makes of records of one shard. */
export const kinesisEvent = (
  streamArn: string,
  shard: number,
  records: readonly StreamRecord[],
): KinesisStreamEvent => ({
  Records: records.map(({ sequenceNumber, partitionKey, data, arrival }) => ({
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
      approximateArrivalTimestamp: arrival / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId(shard)}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: streamArn.replace(
      /^arn:(aws[\w-]*):kinesis:[^:]*:(\d+):.*/,
      'arn:$1:iam::$2:role/function',
    ),
    awsRegion: streamArn.split(':')[3] ?? '',
    eventSourceARN: streamArn,
  })),
})
