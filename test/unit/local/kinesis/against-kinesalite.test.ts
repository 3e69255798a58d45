import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis'
import kinesalite from 'kinesalite'
import { expect, onTestFinished, test } from 'vitest'
import { randomFrom } from '../temporary-platform.ts'
import { kinesisClient, openKinesis } from './kinesis-door.ts'

const StreamName = 'clicks'
const SHARDS = 3

const openOracle = async (): Promise<KinesisClient> => {
  const server = kinesalite({ createStreamMs: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return kinesisClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const openBoth = async (): Promise<KinesisClient[]> => {
  const clients = [(await openKinesis()).client, await openOracle()]
  for (const client of clients) {
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: SHARDS }))
    for (;;) {
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }))
      if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') break
    }
  }
  return clients
}

/** What a client shows that does not depend on the clock. */
async function shown(client: KinesisClient) {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }))
  return await Promise.all(
    Shards.map(async ({ ShardId, HashKeyRange }) => {
      let { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      )
      const records = []
      for (;;) {
        const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 37 }))
        if (!page.Records?.length) break
        records.push(...page.Records)
        ShardIterator = page.NextShardIterator
      }
      const numbers = records.map(({ SequenceNumber }) => BigInt(SequenceNumber ?? 0))
      return {
        ShardId,
        HashKeyRange,
        ordered: numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0n)),
        records: records.map(({ PartitionKey, Data }) => [
          PartitionKey,
          Buffer.from(Data ?? []).toString('hex'),
        ]),
      }
    }),
  )
}

test('puts land in the same shards, in the same order, with the same bytes, as with kinesalite', async () => {
  const clients = await openBoth()
  const random = randomFrom(7)
  const record = (): PutRecordsRequestEntry => ({
    PartitionKey: `user-${Math.floor(random() * 40)}`,
    Data: Uint8Array.from({ length: Math.floor(random() * 20) }, () => Math.floor(random() * 256)),
    ...(random() < 0.1 && { ExplicitHashKey: String(BigInt(Math.floor(random() * 2 ** 32)) << 96n) }),
  })
  for (let call = 0; call < 20; call++) {
    const Records = Array.from({ length: 1 + Math.floor(random() * 30) }, record)
    const [own, oracle] = await Promise.all(
      clients.map(async (client) => {
        const answer = await client.send(new PutRecordsCommand({ StreamName, Records }))
        return answer.Records?.map(({ ShardId }) => ShardId)
      }),
    )
    expect(own).toEqual(oracle)
  }
  const [own, oracle] = await Promise.all(clients.map(shown))
  expect(own).toEqual(oracle)
  expect(own?.every(({ ordered, records }) => ordered && records.length > 50)).toBe(true)
})

const Data = new Uint8Array(1)
const at = { StreamName, ShardId: 'shardId-000000000000' }
test.each([
  ['no such stream', new PutRecordCommand({ StreamName: 'none', PartitionKey: 'k', Data })],
  ['no key', new PutRecordCommand({ StreamName, PartitionKey: '', Data })],
  [
    '501 records',
    new PutRecordsCommand({ StreamName, Records: Array(501).fill({ PartitionKey: 'k', Data }) }),
  ],
  ['a stream twice', new CreateStreamCommand({ StreamName, ShardCount: 1 })],
  [
    'no such shard',
    new GetShardIteratorCommand({ ...at, ShardId: 'shardId-9', ShardIteratorType: 'LATEST' }),
  ],
  [
    'a sequence number with LATEST',
    new GetShardIteratorCommand({ ...at, ShardIteratorType: 'LATEST', StartingSequenceNumber: '49' }),
  ],
  [
    'none where it is needed',
    new GetShardIteratorCommand({ ...at, ShardIteratorType: 'AT_SEQUENCE_NUMBER' }),
  ],
  ['an iterator that is none', new GetRecordsCommand({ ShardIterator: 'AAAA' })],
  [
    'a hash key beyond the space',
    new PutRecordCommand({ StreamName, PartitionKey: 'k', ExplicitHashKey: String(1n << 128n), Data }),
  ],
])('%s is the same error as with kinesalite', async (_, command) => {
  const [own, oracle] = await Promise.all(
    (await openBoth()).map((client) =>
      client.send(command as PutRecordCommand).then(
        () => 'no error',
        ({ name }: Error) => name,
      ),
    ),
  )
  expect(own).toBe(oracle)
})
