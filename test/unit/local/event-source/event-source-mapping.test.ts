import { setTimeout as sleep } from 'node:timers/promises'
import type { KinesisStreamEvent } from 'aws-lambda'
import { expect, onTestFinished, test } from 'vitest'
import {
  EventSourceMapping,
  type MappingOptions,
} from '../../../../local/event-source/event-source-mapping.ts'
import { mappingConfig } from '../../../../local/event-source/mapping-config.ts'
import { StreamStore } from '../../../../local/kinesis/stream-store.ts'
import { Streams } from '../../../../local/kinesis/streams.ts'
import { temporaryFolder, until } from '../temporary-platform.ts'

const StreamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/alerts'
const properties = {
  FunctionName: 'detect',
  EventSourceArn: StreamArn,
  StartingPosition: 'TRIM_HORIZON',
  BatchSize: 10,
  BisectBatchOnFunctionError: true,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
  MaximumRetryAttempts: 2,
  DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } },
}

type Handler = (event: KinesisStreamEvent) => unknown

/** A stream of two shards, and mappings on it that remember how far they came. */
function openStream() {
  const folder = temporaryFolder()
  const store = new StreamStore(`${folder}/kinesis.sqlite`)
  onTestFinished(() => store[Symbol.dispose]())
  const streams = new Streams({ store, account: '000000000000' })
  streams.create('alerts', 'PROVISIONED', 2)
  const kept: { bucket: string; key: string; body: string }[] = []
  return {
    kept,
    put: (...data: string[]) =>
      streams.put(
        'alerts',
        data.map((text) => ({ partitionKey: text.charAt(0), data: new TextEncoder().encode(text) })),
      ),
    map: (handler: Handler, changed: object = {}, options: Partial<MappingOptions> = {}) => {
      const mapping = new EventSourceMapping({
        config: mappingConfig({ ...properties, ...changed }),
        streams,
        invoke: async (_, event) => handler(event as KinesisStreamEvent),
        keep: async (bucket, key, body) => kept.push({ bucket, key, body }),
        checkpointFile: `${folder}/checkpoints.json`,
        pollMs: 2,
        retryMs: 1,
        ...options,
      })
      mapping.start()
      onTestFinished(() => mapping.stop())
      return mapping
    },
  }
}

const textOf = ({ kinesis }: KinesisStreamEvent['Records'][number]) =>
  Buffer.from(kinesis.data, 'base64').toString()
const caughtUp = (mapping: EventSourceMapping) => until(async () => mapping.isCaughtUp() || undefined)

test('every record reaches the function, those of a key in their order', async () => {
  const { put, map } = openStream()
  const seen: string[] = []
  const sent = Array.from({ length: 50 }, (_, at) => `${'abcdefg'.charAt(at % 7)}${at}`)
  put(...sent)
  const mapping = map(({ Records }) => void seen.push(...Records.map(textOf)))
  await caughtUp(mapping)
  expect(seen.toSorted()).toEqual(sent.toSorted())
  for (const key of 'abcdefg')
    expect(seen.filter((text) => text.startsWith(key))).toEqual(sent.filter((text) => text.startsWith(key)))
})

test("the event has Lambda's shape, and a batch is of one shard and at most its size", async () => {
  const { put, map } = openStream()
  const events: KinesisStreamEvent[] = []
  put(...Array.from({ length: 40 }, (_, at) => `${at}`))
  await caughtUp(map((event) => void events.push(event)))
  for (const { Records } of events) {
    expect(Records.length).toBeLessThanOrEqual(10)
    expect(new Set(Records.map(({ eventID }) => eventID.split(':')[0])).size).toBe(1)
  }
  expect(events[0]?.Records[0]).toMatchObject({
    eventSource: 'aws:kinesis',
    eventName: 'aws:kinesis:record',
    eventSourceARN: StreamArn,
    awsRegion: 'us-east-1',
    kinesis: { kinesisSchemaVersion: '1.0', approximateArrivalTimestamp: expect.any(Number) },
  })
})

test('a window gathers records until it closes', async () => {
  const { put, map } = openStream()
  const sizes: number[] = []
  const mapping = map(({ Records }) => void sizes.push(Records.length), {
    MaximumBatchingWindowInSeconds: 2,
  })
  for (const data of ['a1', 'a2', 'a3']) {
    put(data)
    await sleep(20)
  }
  await caughtUp(mapping)
  expect(sizes).toEqual([3])
})

test('what cannot be processed lands in the bucket with its event, and the others go on', async () => {
  const { put, map, kept } = openStream()
  const seen: string[] = []
  put('a1', 'a2', 'a3', 'a4')
  const mapping = map(({ Records }) => {
    const poison = Records.find((record) => textOf(record) === 'a2')
    if (poison) return { batchItemFailures: [{ itemIdentifier: poison.kinesis.sequenceNumber }] }
    seen.push(...Records.map(textOf))
    return { batchItemFailures: [] }
  })
  await caughtUp(mapping)
  expect(seen).toEqual(['a3', 'a4'])
  expect(kept).toHaveLength(1)
  const { bucket, key, body } = kept[0] ?? { bucket: '', key: '', body: '{}' }
  expect(bucket).toBe('failures')
  expect(key).toMatch(
    /^aws\/lambda\/[0-9a-f-]{36}\/shardId-00000000000[01]\/\d{4}\/\d\d\/\d\d\/[\dT.-]+-[0-9a-f-]{36}$/,
  )
  const document = JSON.parse(body)
  expect(document).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted' },
    KinesisBatchInfo: { batchSize: 1, streamArn: StreamArn },
  })
  expect(JSON.parse(document.payload).Records.map(textOf)).toEqual(['a2'])
})

test('a mapping that was stopped goes on where it was; what was under way is sent again', async () => {
  const { put, map } = openStream()
  const seen: string[] = []
  put('a1', 'a2')
  const first = map(({ Records }) => void seen.push(...Records.map(textOf)))
  await caughtUp(first)
  await first.stop()
  put('a3', 'a4')
  const failing = map(
    () => {
      throw new Error('not now')
    },
    { MaximumRetryAttempts: -1 },
  )
  await sleep(30)
  await failing.stop()
  await caughtUp(map(({ Records }) => void seen.push(...Records.map(textOf))))
  expect(seen).toEqual(['a1', 'a2', 'a3', 'a4'])
})

test('several lanes go through a shard at once, each key in its order', async () => {
  const { put, map } = openStream()
  let running = 0
  let most = 0
  const seen: string[] = []
  const sent = Array.from({ length: 60 }, (_, at) => `${'abcdefghij'.charAt(at % 10)}${at}`)
  put(...sent)
  const mapping = map(
    async ({ Records }) => {
      most = Math.max(most, ++running)
      await sleep(5)
      running--
      seen.push(...Records.map(textOf))
    },
    { ParallelizationFactor: 4, BatchSize: 30 },
  )
  await caughtUp(mapping)
  expect(most).toBeGreaterThan(2)
  for (const key of 'abcdefghij')
    expect(seen.filter((text) => text.startsWith(key))).toEqual(sent.filter((text) => text.startsWith(key)))
})

test('a destination that refuses stops nothing: the batch is tried again until it is kept', async () => {
  const { put, map, kept } = openStream()
  const errors: unknown[] = []
  put('a1')
  let refusals = 2
  const mapping = map(
    () => {
      throw new Error('poison')
    },
    {},
    {
      keep: async (bucket, key, body) => {
        if (refusals-- > 0) throw new Error('disk full')
        kept.push({ bucket, key, body })
      },
      onError: (error) => errors.push(error),
    },
  )
  await caughtUp(mapping)
  expect(kept).toHaveLength(1)
  expect(errors.map(String)).toEqual(['Error: disk full', 'Error: disk full'])
})

test('a mapping that is switched off does nothing', async () => {
  const { put, map } = openStream()
  put('a1')
  const mapping = map(() => expect.unreachable(), { Enabled: false })
  await sleep(20)
  expect(mapping.isCaughtUp()).toBe(false)
})

test('a destination that is no bucket is named', () => {
  const Destination = 'arn:aws:sqs:us-east-1:000000000000:dead'
  expect(() => mappingConfig({ ...properties, DestinationConfig: { OnFailure: { Destination } } })).toThrow(
    Destination,
  )
})
