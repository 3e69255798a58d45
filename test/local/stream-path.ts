import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { expect, onTestFinished } from 'vitest'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { openLake } from '../../local/cli/open-lake.ts'
import { shardFor } from '../../local/kinesis/hash-key.ts'
import { type ControlRecord, controlRecords } from '../../local/stream/runtime/control-records.ts'
import {
  openStreamPlatform,
  type StreamPlatformOptions,
} from '../../local/stream/runtime/open-stream-platform.ts'
import { outboxMessages } from '../../local/stream/runtime/outbox.ts'
import { timestampText } from '../../stream/timestamp.ts'
import { temporaryFolder } from '../unit/local/temporary-platform.ts'

export const names = namesOf(DEFAULT_DEPLOYMENT)
/** Of an on-demand stream that begins. */
const SHARDS = 4
export const START = Date.UTC(2019, 9, 1)

/** A user whose events go to a shard; `nth` gives others. */
export function userIn(shard: number, nth = 0): number {
  for (let user = 1000, left = nth; ; user++)
    if (shardFor(String(user), undefined, SHARDS) === shard && left-- === 0) return user
}
export const EVERY_SHARD = Array.from({ length: SHARDS }, (_, shard) => shard)

/** A view by a user, so many seconds behind the start, as it is sent. */
export const view = (user: number | string, second: number, changed: object = {}): string => {
  const time = timestampText(START + second * 1000)
  return JSON.stringify({
    event_time: time,
    event_type: 'view',
    product_id: Math.floor(second * 10) % 1000,
    category_id: '2053013555631882655',
    category_code: null,
    brand: null,
    price: '1.00',
    user_id: user,
    user_session: `s${user}`,
    txn_timestamp: time,
    ...changed,
  })
}

/** Twelve different views within ten seconds: more than ten alarm. */
export const flood = (user: number | string, from = 0, count = 12): string[] =>
  Array.from({ length: count }, (_, i) => view(user, from + i * 0.7))

/** Lines of what a bucket has of stream 1, each byte a character. */
export function persisted(root: string, bucket: string): string[] {
  const folder = path.join(root, 's3', bucket, 'ecomm_user_activity_stream')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.gz'))
    .flatMap((name) =>
      gunzipSync(readFileSync(path.join(folder, name)))
        .toString('latin1')
        .split('\n')
        .slice(0, -1),
    )
}

export const waitFor = (what: string, holds: () => boolean) =>
  expect.poll(holds, { message: what }).toBe(true)

/** The real-time path of a new lake, reached as a shop reaches it: through the API. It ends with the test. */
export async function openPath(
  options: Pick<StreamPlatformOptions, 'limits' | 'retryMs'> & { root?: string } = {},
) {
  const root = options.root ?? temporaryFolder()
  const lake = await openLake({ lake: root })
  const { platform, deployment } = lake
  const errors: string[] = []
  let discarded = 0
  const stream = await openStreamPlatform({
    root,
    deployment,
    platform,
    ...options,
    onError: (part, error) => errors.push(`${part}: ${error}`),
    onDiscard: (records) => {
      discarded += records
    },
  })
  const running = stream.start()
  const client = new KinesisClient({
    endpoint: platform.endpoint,
    region: deployment.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await stream[Symbol.asyncDispose]()
    await lake[Symbol.asyncDispose]()
  })
  const put = async (
    key: number | string,
    data: readonly (string | Uint8Array)[],
    stream: string = names.eventStream,
  ) => {
    const Records = data.map((one) => ({ PartitionKey: String(key), Data: Buffer.from(one) }))
    const answer = await client.send(new PutRecordsCommand({ StreamName: stream, Records }))
    expect(answer.FailedRecordCount).toBe(0)
  }
  const control = async (): Promise<ControlRecord[]> =>
    await controlRecords({ endpoint: stream.dynamodb, region: deployment.region, name: names.controlTable })
  return {
    root,
    platform,
    stream,
    client,
    errors,
    put,
    control,
    discarded: () => discarded,
    /** Waits until the rules have read so many records in all. */
    read: (records: number) =>
      waitFor(`${records} records read`, () => stream.reader.progress.records >= records),
    /** The alerts in the table: `user measure severity`, in order. */
    alerts: async () =>
      (await control())
        .filter((one) => one.record === 'alert')
        .map(({ key_value, measure_value, severity }) => `${key_value} ${measure_value} ${severity}`)
        .toSorted(),
    /** Subjects of what was told. */
    told: () =>
      outboxMessages(root, names.incidentsTopic)
        .map(({ Subject }) => Subject)
        .toSorted(),
    deadLetters: () => {
      const { shards } = stream.streams.describe(names.deadLetterStream)
      return Array.from({ length: shards }, (_, shard) => {
        const iterator = stream.streams.iterator(names.deadLetterStream, shard, { type: 'TRIM_HORIZON' })
        const { records } = stream.streams.read(iterator)
        return records.map(({ data }) => JSON.parse(Buffer.from(data).toString()) as Record<string, string>)
      }).flat()
    },
    /** Everything follows from what was sent; the path ends. */
    async end() {
      await stream.finish(new AbortController().signal)
      await running
    },
  }
}
export type Path = Awaited<ReturnType<typeof openPath>>

/**
 * Nothing is lost, by count and byte for byte: every event that was sent is in the raw zone and in the backup, and either in a
 * window, late, or a dead letter.
 */
export function expectAllThere(
  { root, stream, deadLetters }: Path,
  sent: readonly (string | Uint8Array)[],
  places: { readonly late?: number; readonly dead?: number } = {},
): void {
  const { late = 0, dead = 0 } = places
  const { parts, events, late: isLate, deadLetters: isDead } = stream.reader.progress
  expect({ parts, inWindows: events - isLate, late: isLate, dead: isDead }).toEqual({
    parts: sent.length,
    inWindows: sent.length - late - dead,
    late,
    dead,
  })
  expect(deadLetters()).toHaveLength(dead)
  const lines = sent.flatMap((one) => Buffer.from(one).toString('latin1').split('\n')).toSorted()
  for (const bucket of [names.rawBucket, names.backupBucket])
    expect(persisted(root, bucket).toSorted()).toEqual(lines)
}

export const alarm = (user: number | string): string => `HIGH: high-event-volume, user_id ${user}`
