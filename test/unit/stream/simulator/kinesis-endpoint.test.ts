import { CreateStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readRecord } from '../../../../stream/read-record.ts'
import { encodeEvent } from '../../../../stream/simulator/encode-event.ts'
import { kinesisClient } from '../../../../stream/simulator/kinesis-client.ts'
import { KinesisSender } from '../../../../stream/simulator/kinesis-sender.ts'
import { openKinesis } from '../../local/kinesis/kinesis-door.ts'
import { streamEvent } from '../stream-event.ts'

const STREAM = 'ecommerce-raw-user-activity-stream-1'

describe('a stream behind an endpoint', () => {
  it('takes what the simulator sends, and gives it back in the order of its user', async () => {
    const { client, endpoint } = await openKinesis()
    await client.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 2 }))
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', endpoint)
    // An endpoint on this machine is no account.
    for (const name of [
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_PROFILE',
    ])
      vi.stubEnv(name, undefined)
    const own = kinesisClient()
    onTestFinished(() => {
      own.destroy()
      vi.unstubAllEnvs()
    })
    const sender = new KinesisSender({ client: own, stream: STREAM })
    const sent = Array.from({ length: 300 }, (_, n) => streamEvent({ at: n * 10, user_id: BigInt(n % 7) }))
    await sender.put(
      sent.map((event) => ({ key: String(event.user_id), data: Buffer.from(encodeEvent(event)), events: 1 })),
    )
    await sender.flush()
    expect(sender.sent.records).toBe(300)

    const arrived = []
    for (const shard of ['shardId-000000000000', 'shardId-000000000001']) {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({
          StreamName: STREAM,
          ShardId: shard,
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      )
      const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }))
      arrived.push(
        ...Records.map(({ Data = new Uint8Array(), SequenceNumber = '', ApproximateArrivalTimestamp }) =>
          readRecord({
            data: Data,
            shard,
            sequenceNumber: SequenceNumber,
            arrived: ApproximateArrivalTimestamp?.getTime() ?? 0,
          }),
        ),
      )
    }
    const events = arrived.flatMap(({ event }) => event ?? [])
    for (let user = 0n; user < 7n; user++)
      expect(events.filter(({ user_id }) => user_id === user)).toEqual(
        sent.filter(({ user_id }) => user_id === user),
      )
  })
})
