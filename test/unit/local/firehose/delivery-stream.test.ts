import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { deliveryConfig } from '../../../../local/firehose/delivery-config.ts'
import { type DeliveryOptions, DeliveryStream } from '../../../../local/firehose/delivery-stream.ts'
import { objectPrefix } from '../../../../local/firehose/object-prefix.ts'
import { StreamStore } from '../../../../local/kinesis/stream-store.ts'
import { Streams } from '../../../../local/kinesis/streams.ts'
import { aggregated, damaged } from '../kinesis/aggregated.ts'
import { temporaryFolder, until } from '../temporary-platform.ts'

const HOURS = 'p_year=!{timestamp:yyyy}/p_month=!{timestamp:MM}/p_day=!{timestamp:dd}/p_hour=!{timestamp:HH}/'
const properties = (changed: object = {}) => ({
  DeliveryStreamName: 'raw-events',
  KinesisStreamSourceConfiguration: {
    KinesisStreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
    RoleARN: 'arn:aws:iam::000000000000:role/r',
  },
  ExtendedS3DestinationConfiguration: {
    BucketARN: 'arn:aws:s3:::raw',
    Prefix: `stream/${HOURS}`,
    CompressionFormat: 'GZIP',
    BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 },
    ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'AppendDelimiterToRecord' }] },
    ...changed,
  },
})

function openStream() {
  const folder = temporaryFolder()
  const store = new StreamStore(`${folder}/kinesis.sqlite`)
  onTestFinished(() => store[Symbol.dispose]())
  const clock = { now: Date.UTC(2026, 0, 1, 9, 59, 59) }
  const streams = new Streams({ store, account: '000000000000', now: () => clock.now })
  streams.create('clicks', 'PROVISIONED', 1)
  const buckets = new Map<string, Uint8Array>()
  return {
    clock,
    buckets,
    put: (...lines: (string | Uint8Array)[]) =>
      streams.put(
        'clicks',
        lines.map((line) => ({ partitionKey: 'k', data: Buffer.from(line) })),
      ),
    deliver: (changed: object = {}, options: Partial<DeliveryOptions> = {}) => {
      const delivery = new DeliveryStream({
        config: deliveryConfig(properties(changed), 'backup'),
        streams,
        put: async (bucket, key, body) => void buckets.set(`${bucket}/${key}`, body),
        checkpointFile: `${folder}/firehose.json`,
        pollMs: 2,
        now: () => clock.now,
        ...options,
      })
      delivery.start()
      onTestFinished(() => delivery.stop())
      return delivery
    },
  }
}

const linesIn = (buckets: ReadonlyMap<string, Uint8Array>, bucket: string): string[] =>
  [...buckets]
    .filter(([key]) => key.startsWith(`${bucket}/`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, body]) => gunzipSync(body).toString().trimEnd().split('\n'))

test('records become gzip JSON lines under the hour of their arrival, and a copy in the backup', async () => {
  const { put, deliver, buckets, clock } = openStream()
  put('{"a":1}', '{"a":2}')
  clock.now += 2000
  put('{"a":3}')
  await deliver().stop()
  const keys = [...buckets.keys()].sort()
  expect(keys.map((key) => key.replace(/-\d{50,}\.gz$/, ''))).toEqual([
    'backup/stream/p_year=2026/p_month=01/p_day=01/p_hour=09/raw-events-shardId-000000000000',
    'backup/stream/p_year=2026/p_month=01/p_day=01/p_hour=10/raw-events-shardId-000000000000',
    'raw/stream/p_year=2026/p_month=01/p_day=01/p_hour=09/raw-events-shardId-000000000000',
    'raw/stream/p_year=2026/p_month=01/p_day=01/p_hour=10/raw-events-shardId-000000000000',
  ])
  for (const bucket of ['raw', 'backup'])
    expect(linesIn(buckets, bucket)).toEqual(['{"a":1}', '{"a":2}', '{"a":3}'])
})

test('an object is written when its time is over', async () => {
  const { put, deliver, buckets, clock } = openStream()
  const delivery = deliver()
  put('one')
  await new Promise((done) => setTimeout(done, 30))
  expect(buckets.size).toBe(0)
  clock.now += 60_000
  await until(async () => buckets.size > 0 || undefined)
  put('two')
  await delivery.stop()
  expect(linesIn(buckets, 'raw')).toEqual(['one', 'two'])
})

test('an object is written when it is large enough', async () => {
  const { put, deliver, buckets } = openStream()
  const half = 'x'.repeat(600_000)
  deliver()
  put(half, half, half)
  await until(async () => buckets.size > 0 || undefined)
  expect(linesIn(buckets, 'raw')).toEqual([half, half])
})

test('what was read but not written when the process ended is delivered by the next, nothing twice', async () => {
  const { put, deliver, buckets, clock } = openStream()
  put('a', 'b')
  await deliver().stop()
  put('c')
  let fails = true
  const errors: unknown[] = []
  const second = deliver(
    {},
    {
      put: async (bucket, key, body) => {
        if (fails && bucket === 'backup') throw new Error('killed between the two copies')
        buckets.set(`${bucket}/${key}`, body)
      },
      onError: (error) => errors.push(error),
    },
  )
  clock.now += 60_000
  await until(async () => errors.length > 0 || undefined)
  put('d')
  fails = false
  await second.stop()
  await deliver().stop()
  expect(linesIn(buckets, 'raw')).toEqual(['a', 'b', 'c', 'd'])
  expect(linesIn(buckets, 'backup')).toEqual(['a', 'b', 'c', 'd'])
})

test('the end of the input waits until all is delivered, unless it is interrupted; the next start does the rest', async () => {
  const { put, deliver, buckets } = openStream()
  put('a', 'b')
  let failures = 3
  const options: Partial<DeliveryOptions> = {
    put: async (bucket, key, body) => {
      if (failures-- > 0) throw new Error('the disk is full')
      buckets.set(`${bucket}/${key}`, body)
    },
  }
  await deliver({}, options).finish(new AbortController().signal)
  expect(linesIn(buckets, 'backup')).toEqual(['a', 'b'])

  put('c')
  failures = Number.POSITIVE_INFINITY
  const interrupted = new AbortController()
  const ended = deliver({}, options).finish(interrupted.signal)
  setTimeout(() => interrupted.abort(), 20)
  await ended
  await deliver({}, options).finish(AbortSignal.abort())
  expect(linesIn(buckets, 'backup')).toEqual(['a', 'b'])
  await deliver().finish(AbortSignal.abort())
  expect(linesIn(buckets, 'backup')).toEqual(['a', 'b', 'c'])
})

test('without compression and delimiter, bytes are as they were sent', async () => {
  const { put, deliver, buckets } = openStream()
  put('a', 'b')
  await deliver({ CompressionFormat: 'UNCOMPRESSED', ProcessingConfiguration: undefined, Prefix: '' }).stop()
  expect([...buckets.values()].map((body) => Buffer.from(body).toString())).toEqual(['ab', 'ab'])
})

test('what the KPL has packed is taken apart: one line for each part, the delimiter behind it', async () => {
  const { put, deliver, buckets } = openStream()
  const { data } = await aggregated('7', ['{"a":1}', '{"a":2}'])
  put('{"a":0}', data, '{"a":3}')
  await deliver().stop()
  for (const bucket of ['raw', 'backup'])
    expect(linesIn(buckets, bucket)).toEqual(['{"a":0}', '{"a":1}', '{"a":2}', '{"a":3}'])
})

test('a damaged package is persisted as it came', async () => {
  const { put, deliver, buckets } = openStream()
  const bytes = damaged((await aggregated('7', ['one', 'two'])).data)
  put(bytes, 'after it')
  await deliver().stop()
  const [body] = [...buckets].filter(([key]) => key.startsWith('raw/')).map(([, one]) => gunzipSync(one))
  expect(body).toEqual(Buffer.concat([bytes, Buffer.from('\nafter it\n')]))
})

test('what is not emulated is named', () => {
  expect(() => objectPrefix('!{timestamp:YYYY}/', new Date())).toThrow('!{timestamp:YYYY}')
  expect(() => objectPrefix('!{partitionKeyFromQuery:x}/', new Date())).toThrow('not emulated')
  const ProcessingConfiguration = { Enabled: true, Processors: [{ Type: 'Lambda' }] }
  expect(() => deliveryConfig(properties({ ProcessingConfiguration }), null)).toThrow('the processor Lambda')
})
