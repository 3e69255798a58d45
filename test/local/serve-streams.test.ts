import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DescribeTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListStreamsCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { CONTROL_TABLE } from '../../catalog/control-table.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { openLake } from '../../local/cli/open-lake.ts'
import { isLakeLocked, lockLake } from '../../local/executor/lake-lock.ts'
import { openStreamPlatform } from '../../local/stream/runtime/open-stream-platform.ts'
import { streamFolder } from '../../local/stream/runtime/stream-folder.ts'
import { eventually } from '../eventually.ts'
import { runCommand } from './run-command.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'serve-streams-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const names = namesOf(DEFAULT_DEPLOYMENT)

let root = ''
let lakes = 0
beforeEach(() => {
  root = path.join(folder, `lake-${lakes++}`)
})

/** A lake as `lake serve` has it, and clients that know its port. */
async function served() {
  const lake = await openLake({ lake: root, exclusive: true, port: 0, memory: '1GB', threads: 1 })
  const config = {
    endpoint: lake.platform.endpoint,
    region: lake.deployment.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  }
  const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() })
  const dynamodb = new DynamoDBClient(config)
  onTestFinished(async () => {
    kinesis.destroy()
    dynamodb.destroy()
    await lake[Symbol.asyncDispose]()
  })
  return { lake, kinesis, dynamodb }
}

const put = (client: KinesisClient, ...texts: string[]) =>
  client.send(
    new PutRecordsCommand({
      StreamName: names.eventStream,
      Records: texts.map((text) => ({ PartitionKey: 'k', Data: Buffer.from(text) })),
    }),
  )

/** All records of stream 1, as a client reads them. */
async function texts(client: KinesisClient): Promise<string[]> {
  const found: string[] = []
  for (let shard = 0; shard < 4; shard++) {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName: names.eventStream,
        ShardId: `shardId-00000000000${shard}`,
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    )
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }))
    found.push(...Records.map(({ Data }) => Buffer.from(Data ?? []).toString()))
  }
  return found
}

/** Both are one process here, and who waits for a lock lets nobody else do anything. In two the lock's own patience does. */
const idle = () => eventually(() => !isLakeLocked(streamFolder(root).folder))

const itemOf = (id: string) => ({
  [CONTROL_TABLE.partitionKey]: { S: id },
  [CONTROL_TABLE.sortKey]: { N: '12345678901234567890' },
})

it('has the streams and the table of the stack before anything ran, and keeps what is put', async () => {
  const { kinesis, dynamodb } = await served()
  const { StreamNames } = await kinesis.send(new ListStreamsCommand({}))
  expect(StreamNames).toEqual([names.eventStream, names.findingStream, names.deadLetterStream].toSorted())
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: names.eventStream }),
  )
  expect(StreamDescriptionSummary).toMatchObject({
    StreamARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${names.eventStream}`,
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
  })
  expect(await put(kinesis, 'one', 'two')).toMatchObject({ FailedRecordCount: 0 })
  expect(await texts(kinesis)).toEqual(['one', 'two'])

  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: names.controlTable }))
  expect(Table?.TableStatus).toBe('ACTIVE')
  await dynamodb.send(new PutItemCommand({ TableName: names.controlTable, Item: itemOf('a') }))
  const { Items } = await dynamodb.send(
    new QueryCommand({
      TableName: names.controlTable,
      KeyConditionExpression: '#key = :key',
      ExpressionAttributeNames: { '#key': CONTROL_TABLE.partitionKey },
      ExpressionAttributeValues: { ':key': { S: 'a' } },
    }),
  )
  expect(Items).toEqual([itemOf('a')])
})

it('answers with the errors of AWS', async () => {
  const { kinesis, dynamodb } = await served()
  await expect(
    kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'nothing' })),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Stream nothing under account 000000000000 not found.',
  })
  await expect(dynamodb.send(new DescribeTableCommand({ TableName: 'nothing' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 400 },
  })
})

it('gives the streams to lake stream soon after the last call, and asks it while it runs', async () => {
  const { kinesis, dynamodb } = await served()
  await put(kinesis, 'before')
  await dynamodb.send(new DescribeTableCommand({ TableName: names.controlTable }))
  await idle()
  await using other = await openLake({ lake: root })
  const { platform, deployment } = other
  const running = await openStreamPlatform({ root, deployment, platform })
  await put(kinesis, 'while it runs')
  expect(await texts(kinesis)).toEqual(['before', 'while it runs'])
  expect(running.sent()).toBe(2)
  await dynamodb.send(new PutItemCommand({ TableName: names.controlTable, Item: itemOf('b') }))
  await expect(
    kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'nothing' })),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
  await running[Symbol.asyncDispose]()

  await put(kinesis, 'after')
  expect(await texts(kinesis)).toEqual(['before', 'while it runs', 'after'])
})

it('waits for a process that has the streams and is not there yet', async () => {
  const { kinesis } = await served()
  const lock = lockLake(streamFolder(root).folder)
  const waiting = put(kinesis, 'patient')
  setTimeout(() => lock[Symbol.dispose](), 300)
  expect(await waiting).toMatchObject({ FailedRecordCount: 0 })
})

it('does not keep lake alerts from the table', async () => {
  const { dynamodb } = await served()
  await dynamodb.send(new DescribeTableCommand({ TableName: names.controlTable }))
  await idle()
  const { code, err } = await runCommand('alerts', '--lake', root)
  expect([code, err]).toEqual([0, ''])
})

it('ends calls when it ends', async () => {
  const { lake, kinesis } = await served()
  await put(kinesis, 'one')
  await lake[Symbol.asyncDispose]()
  using _lock = lockLake(streamFolder(root).folder)
  const { registry } = lake.platform
  await expect(
    registry.call('kinesis', 'listStreams', {}, { signal: new AbortController().signal }),
  ).rejects.toMatchObject({ name: 'ServiceUnavailable', status: 503 })
})
