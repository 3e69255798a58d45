import {
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  IncreaseStreamRetentionPeriodCommand,
  type KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis'
import { expect, test } from 'vitest'
import { StreamStore } from '../../../../local/kinesis/stream-store.ts'
import { Streams } from '../../../../local/kinesis/streams.ts'
import { temporaryFolder } from '../temporary-platform.ts'
import { ACCOUNT, arnOf, openKinesis } from './kinesis-door.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (data: Uint8Array | undefined) => new TextDecoder().decode(data)
const StreamName = 'clicks'
const onDemand = new CreateStreamCommand({ StreamName, StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
const oneShard = new CreateStreamCommand({ StreamName, ShardCount: 1 })

const openClicks = async (command = oneShard, options = {}) => {
  const opened = await openKinesis(options)
  await opened.client.send(command)
  return opened
}

async function readFrom(
  client: KinesisClient,
  start: Partial<GetShardIteratorCommandInput> = { ShardIteratorType: 'TRIM_HORIZON' },
  Limit?: number,
) {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId: 'shardId-000000000000', ...start } as never),
  )
  return await client.send(new GetRecordsCommand({ ShardIterator, ...(Limit && { Limit }) }))
}

const put = (client: KinesisClient, data: string, key = 'k') =>
  client.send(new PutRecordCommand({ StreamName, PartitionKey: key, Data: bytes(data) }))

test('an on-demand stream has four shards, a day of retention and an ARN, by which every action takes it', async () => {
  const { client } = await openClicks(onDemand)
  const { StreamDescriptionSummary: summary } = await client.send(
    new DescribeStreamSummaryCommand({ StreamARN: arnOf(StreamName) }),
  )
  expect(summary).toMatchObject({
    StreamName,
    StreamARN: arnOf(StreamName),
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    RetentionPeriodHours: 24,
    OpenShardCount: 4,
  })
  expect(Math.abs(Date.now() - (summary?.StreamCreationTimestamp?.getTime() ?? 0))).toBeLessThan(60_000)
})

test('the shards cover the space of hash keys without a gap', async () => {
  const { client } = await openClicks(new CreateStreamCommand({ StreamName, ShardCount: 3 }))
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }))
  const ranges = (StreamDescription?.Shards ?? []).map(({ HashKeyRange: range }) => ({
    start: BigInt(range?.StartingHashKey ?? -1),
    end: BigInt(range?.EndingHashKey ?? -1),
  }))
  expect(ranges).toHaveLength(3)
  expect(ranges[0]?.start).toBe(0n)
  expect(ranges.at(-1)?.end).toBe((1n << 128n) - 1n)
  for (const [at, { start }] of ranges.slice(1).entries()) expect(start).toBe((ranges[at]?.end ?? 0n) + 1n)
})

test('shards and streams are listed in pages', async () => {
  const { client } = await openClicks(onDemand)
  const first = await client.send(new ListShardsCommand({ StreamName, MaxResults: 3 }))
  const second = await client.send(new ListShardsCommand({ NextToken: first.NextToken }))
  expect([first.Shards?.length, second.Shards?.length, second.NextToken]).toEqual([3, 1, undefined])
  const described = await client.send(
    new DescribeStreamCommand({ StreamName, Limit: 2, ExclusiveStartShardId: 'shardId-000000000000' }),
  )
  expect(described.StreamDescription).toMatchObject({
    HasMoreShards: true,
    Shards: [{ ShardId: 'shardId-000000000001' }, { ShardId: 'shardId-000000000002' }],
  })

  for (const name of ['a', 'b'])
    await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }))
  const page = await client.send(new ListStreamsCommand({ Limit: 2 }))
  expect(page).toMatchObject({ StreamNames: ['a', 'b'], HasMoreStreams: true })
  const rest = await client.send(new ListStreamsCommand({ ExclusiveStartStreamName: 'b' }))
  expect(rest).toMatchObject({ StreamNames: ['clicks'], HasMoreStreams: false })
})

test('what is put comes out in order, with its key, its time and a sequence number that grows', async () => {
  const { client } = await openClicks()
  const sent = [await put(client, 'one', 'a'), await put(client, 'zwei ü', 'b'), await put(client, '', 'c')]
  const { Records = [], MillisBehindLatest } = await readFrom(client)
  expect(Records.map(({ PartitionKey, Data }) => [PartitionKey, text(Data)])).toEqual([
    ['a', 'one'],
    ['b', 'zwei ü'],
    ['c', ''],
  ])
  expect(Records.map(({ SequenceNumber }) => SequenceNumber)).toEqual(
    sent.map(({ SequenceNumber }) => SequenceNumber),
  )
  const numbers = Records.map(({ SequenceNumber }) => BigInt(SequenceNumber ?? 0))
  expect(numbers.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(numbers)
  expect(MillisBehindLatest).toBe(0)
  expect(Math.abs(Date.now() - (Records[0]?.ApproximateArrivalTimestamp?.getTime() ?? 0))).toBeLessThan(
    60_000,
  )
})

test('a key always goes to the same shard, and an explicit hash key overrules it', async () => {
  const { client } = await openClicks(onDemand)
  const shards = new Set<string | undefined>()
  for (const data of ['1', '2', '3']) shards.add((await put(client, data, 'user-7')).ShardId)
  expect(shards.size).toBe(1)
  const { ShardId } = await client.send(
    new PutRecordCommand({
      StreamName,
      PartitionKey: 'user-7',
      ExplicitHashKey: String((1n << 128n) - 1n),
      Data: bytes('x'),
    }),
  )
  expect(ShardId).toBe('shardId-000000000003')
})

test('each kind of iterator begins where it says', async () => {
  let now = Date.now()
  const { client } = await openClicks(oneShard, { now: () => now })
  const sent = []
  for (const data of ['a', 'b', 'c']) {
    sent.push(await put(client, data))
    now += 1000
  }
  const at = sent[1]?.SequenceNumber
  const read = async (start: Partial<GetShardIteratorCommandInput>) =>
    (await readFrom(client, start)).Records?.map(({ Data }) => text(Data)).join('')
  expect(await read({ ShardIteratorType: 'TRIM_HORIZON' })).toBe('abc')
  expect(await read({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: at })).toBe('bc')
  expect(await read({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: at })).toBe('c')
  expect(await read({ ShardIteratorType: 'LATEST' })).toBe('')
  const second = new Date(now - 2000)
  expect(await read({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: second })).toBe('bc')
  expect(await read({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(now) })).toBe('')
})

test('an iterator goes on behind its page, and says how far it is behind', async () => {
  let now = Date.now()
  const { client } = await openClicks(oneShard, { now: () => now })
  for (const data of ['a', 'b', 'c']) await put(client, data)
  now += 5000
  const first = await readFrom(client, undefined, 2)
  expect(first.Records?.map(({ Data }) => text(Data))).toEqual(['a', 'b'])
  expect(first.MillisBehindLatest).toBe(5000)
  const second = await client.send(new GetRecordsCommand({ ShardIterator: first.NextShardIterator }))
  expect(second.Records?.map(({ Data }) => text(Data))).toEqual(['c'])
  await put(client, 'd')
  const third = await client.send(new GetRecordsCommand({ ShardIterator: second.NextShardIterator }))
  expect(third.Records?.map(({ Data }) => text(Data))).toEqual(['d'])
})

test('an iterator expires after five minutes', async () => {
  let now = Date.now()
  const { client } = await openClicks(oneShard, { now: () => now })
  const { NextShardIterator: ShardIterator } = await readFrom(client)
  now += 5 * 60_000 + 1
  await expect(client.send(new GetRecordsCommand({ ShardIterator }))).rejects.toThrow(
    expect.objectContaining({ name: 'ExpiredIteratorException' }),
  )
})

test('records are gone when their retention is over, which can be made longer and shorter', async () => {
  let now = Date.now()
  const hour = 3_600_000
  const { client, store } = await openClicks(oneShard, { now: () => now })
  await put(client, 'old')
  await client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 48 }))
  now += 47 * hour
  expect((await readFrom(client)).Records).toHaveLength(1)
  await client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 }))
  expect((await readFrom(client)).Records).toHaveLength(0)
  await put(client, 'new')
  expect((await readFrom(client)).Records?.map(({ Data }) => text(Data))).toEqual(['new'])
  expect(store.read(StreamName, 0, 0, 0, 10)).toHaveLength(1)
  for (const [Command, RetentionPeriodHours] of [
    [IncreaseStreamRetentionPeriodCommand, 23],
    [IncreaseStreamRetentionPeriodCommand, 8761],
    [DecreaseStreamRetentionPeriodCommand, 25],
  ] as const)
    await expect(
      client.send(new Command({ StreamName, RetentionPeriodHours }) as IncreaseStreamRetentionPeriodCommand),
    ).rejects.toThrow('24 to 8760 are possible')
})

test('streams and records survive a restart', async () => {
  const file = `${temporaryFolder()}/kinesis.sqlite`
  {
    using store = new StreamStore(file)
    const streams = new Streams({ store, account: ACCOUNT })
    streams.create('kept', 'ON_DEMAND')
    streams.put('kept', [{ partitionKey: 'k', data: bytes('before') }])
  }
  const { streams } = await openKinesis({ file })
  const [result] = streams.put('kept', [{ partitionKey: 'k', data: bytes('after') }])
  const shard = Number((result as { shardId: string }).shardId.slice(-1))
  const { records } = streams.read(streams.iterator('kept', shard, { type: 'TRIM_HORIZON' }))
  expect(records.map(({ data }) => text(data))).toEqual(['before', 'after'])
})

const tooMany = Array.from({ length: 501 }, () => ({ PartitionKey: 'k', Data: bytes('x') }))
const large = new Uint8Array(1024 * 1024 - 1)
test.each([
  ['more than 500 records', tooMany, 'ValidationException'],
  ['no record', [], 'ValidationException'],
  ['a record over 1 MiB', [{ PartitionKey: 'kk', Data: large }], 'ValidationException'],
  [
    'more than 5 MiB',
    Array.from({ length: 6 }, () => ({ PartitionKey: 'k', Data: large })),
    'InvalidArgumentException',
  ],
  ['a key of 257 letters', [{ PartitionKey: 'k'.repeat(257), Data: large }], 'ValidationException'],
  [
    'a hash key that is too large',
    [{ PartitionKey: 'k', ExplicitHashKey: String(1n << 128n), Data: bytes('') }],
    'InvalidArgumentException',
  ],
])('%s is refused, and nothing is stored', async (_, Records, name) => {
  const { client } = await openClicks()
  await expect(client.send(new PutRecordsCommand({ StreamName, Records }))).rejects.toThrow(
    expect.objectContaining({ name }),
  )
  expect((await readFrom(client)).Records).toEqual([])
})

test('a record of exactly 1 MiB passes, and an answer carries at most 10 MiB', async () => {
  const { client } = await openClicks()
  for (let call = 0; call < 3; call++)
    await client.send(
      new PutRecordsCommand({
        StreamName,
        Records: Array.from({ length: 4 }, () => ({ PartitionKey: 'k', Data: large })),
      }),
    )
  const { Records, NextShardIterator: ShardIterator } = await readFrom(client)
  expect(Records).toHaveLength(10)
  expect((await client.send(new GetRecordsCommand({ ShardIterator }))).Records).toHaveLength(2)
})

test.each([
  ['an unknown stream', { StreamName: 'nothing' }, 'ResourceNotFoundException'],
  [
    'the stream of another account',
    { StreamARN: 'arn:aws:kinesis:us-east-1:1:stream/clicks' },
    'ResourceNotFoundException',
  ],
  ['no stream at all', {}, 'InvalidArgumentException'],
  ['an unknown shard', { StreamName, ShardId: 'shardId-000000000009' }, 'ResourceNotFoundException'],
  ['what is no shard', { StreamName, ShardId: 'first' }, 'ResourceNotFoundException'],
  [
    'a sequence number that is none',
    { StreamName, ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '12' },
    'InvalidArgumentException',
  ],
  [
    'a sequence number with TRIM_HORIZON',
    { StreamName, StartingSequenceNumber: '12' },
    'InvalidArgumentException',
  ],
  [
    'AT_TIMESTAMP without a time',
    { StreamName, ShardIteratorType: 'AT_TIMESTAMP' },
    'InvalidArgumentException',
  ],
])('a reader is told about %s', async (_, input, name) => {
  const { client } = await openClicks()
  const command = new GetShardIteratorCommand({
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
    ...input,
  } as GetShardIteratorCommandInput)
  await expect(client.send(command)).rejects.toThrow(expect.objectContaining({ name }))
})

test('a sequence number belongs to its shard and to its stream', async () => {
  let now = Date.now()
  const { client } = await openClicks(new CreateStreamCommand({ StreamName, ShardCount: 2 }), {
    now: () => now,
  })
  const { ShardId = '', SequenceNumber } = await put(client, 'x')
  const other = ShardId.endsWith('0') ? 'shardId-000000000001' : 'shardId-000000000000'
  const start = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber } as const
  await expect(readFrom(client, { ...start, ShardId: other })).rejects.toThrow(`It encodes ${ShardId}`)
  const { NextShardIterator } = await readFrom(client, { ...start, ShardId })
  await client.send(new DeleteStreamCommand({ StreamName }))
  now += 2000
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }))
  await expect(readFrom(client, { ...start, ShardId })).rejects.toThrow('did not come from this stream')
  await expect(client.send(new GetRecordsCommand({ ShardIterator: NextShardIterator }))).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  )
  await expect(client.send(new GetRecordsCommand({ ShardIterator: 'x' }))).rejects.toThrow(
    'Invalid ShardIterator',
  )
})

test('a stream is made once, provisioned with a number of shards, and can become on demand', async () => {
  const { client } = await openClicks()
  await expect(client.send(oneShard)).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceInUseException' }),
  )
  await expect(client.send(new CreateStreamCommand({ StreamName: 'b' }))).rejects.toThrow(
    'ShardCount must be given',
  )
  await client.send(
    new UpdateStreamModeCommand({
      StreamARN: arnOf(StreamName),
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    }),
  )
  const { StreamSummaries } = await client.send(new ListStreamsCommand({}))
  expect(StreamSummaries?.[0]?.StreamModeDetails?.StreamMode).toBe('ON_DEMAND')
})

test('with the limits of a shard switched on, a put is partial and says which records to send again', async () => {
  let now = Date.now()
  const limits = { putRecords: 3, putBytes: 1000, gets: 2, getBytes: 10_000 }
  const { client } = await openClicks(oneShard, { limits, now: () => now })
  const Records = ['a', 'b', 'c', 'd', 'e'].map((data) => ({ PartitionKey: 'k', Data: bytes(data) }))
  const answer = await client.send(new PutRecordsCommand({ StreamName, Records }))
  expect(answer.FailedRecordCount).toBe(2)
  expect(answer.Records?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    undefined,
    undefined,
    'ProvisionedThroughputExceededException',
    'ProvisionedThroughputExceededException',
  ])
  expect(answer.Records?.[3]?.ErrorMessage).toContain('Rate exceeded for shard shardId-000000000000')
  await expect(put(client, 'd')).rejects.toThrow(
    expect.objectContaining({ name: 'ProvisionedThroughputExceededException' }),
  )
  now += 1000
  await put(client, 'd')
  await readFrom(client)
  const { Records: read } = await readFrom(client)
  expect(read?.map(({ Data }) => text(Data)).join('')).toBe('abcd')
  await expect(readFrom(client)).rejects.toThrow(
    expect.objectContaining({ name: 'ProvisionedThroughputExceededException' }),
  )
})

test('what is not emulated is named', async () => {
  const { client } = await openClicks()
  await expect(
    client.send(
      new SplitShardCommand({ StreamName, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '1' }),
    ),
  ).rejects.toThrow('kinesis:splitShard')
})
