import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { StreamStore } from '../../../../../local/kinesis/stream-store.ts'
import { Streams, type StreamsOptions } from '../../../../../local/kinesis/streams.ts'
import { temporaryFolder } from '../../temporary-platform.ts'

export const NAMES = { events: 'events', findings: 'findings', deadLetters: 'dead-letters' } as const

/** Three streams in a folder of their own; two shards of events. */
export function openStreams(options: Pick<StreamsOptions, 'limits'> = {}) {
  const folder = temporaryFolder()
  const store = new StreamStore(join(folder, 'streams.sqlite'))
  onTestFinished(() => store[Symbol.dispose]())
  const streams = new Streams({ store, account: '000000000000', ...options })
  for (const [name, shards] of [
    [NAMES.events, 2],
    [NAMES.findings, 1],
    [NAMES.deadLetters, 1],
  ] as const)
    streams.create(name, 'PROVISIONED', shards)
  const texts = (stream: string): string[] =>
    Array.from({ length: streams.describe(stream).shards }, (_, shard) =>
      store.read(stream, shard, 0, 0, 1e6).map(({ data }) => Buffer.from(data).toString()),
    ).flat()
  return { folder, store, streams, texts }
}

const START = Date.UTC(2019, 9, 1)

/** A view as it is sent. */
export const eventText = (user: number, ms: number, product = 1): string => {
  const time = new Date(START + ms).toISOString().slice(0, 23)
  return JSON.stringify({
    event_time: time,
    event_type: 'view',
    product_id: product,
    category_id: 5,
    category_code: null,
    brand: null,
    price: '1.00',
    user_id: user,
    user_session: `s${user}`,
    txn_timestamp: time,
  })
}

export const put = (streams: Streams, user: number, ...texts: readonly (string | Uint8Array)[]): void => {
  streams.put(
    NAMES.events,
    texts.map((text) => ({ partitionKey: String(user), data: Buffer.from(text) })),
  )
}
