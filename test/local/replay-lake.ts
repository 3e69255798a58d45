import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { type Lake, openLake } from '../../local/cli/open-lake.ts'
import { StreamStore } from '../../local/kinesis/stream-store.ts'
import { streamFolder } from '../../local/stream/runtime/stream-folder.ts'
import { withEnvironment } from './with-environment.ts'

export const names = namesOf(DEFAULT_DEPLOYMENT)

/** A lake whose calls of send-events take so many seconds, not minutes. */
export const openReplayLake = (root: string, roundSeconds?: number): Promise<Lake> =>
  openLake({
    lake: root,
    exclusive: true,
    memory: '1GB',
    threads: 1,
    ...(roundSeconds !== undefined && {
      executor: withEnvironment({ REPLAY_ROUND_SECONDS: String(roundSeconds) }),
    }),
  })

/** The hour that `persistLines` writes to, and the range of it. */
export const HOUR = { from: '2026-11-01T10:00:00Z', to: '2026-11-01T11:00:00Z' }
const TEN = Date.parse(HOUR.from)

/** An event as the shop sends it, so many milliseconds behind the hour's begin. */
export const lineAt = (user: number, ms: number, product = 1): string => {
  const time = new Date(TEN + ms).toISOString().slice(0, -1)
  return (
    `{"event_time":"${time}","event_type":"view","product_id":${product},"category_id":2053013555631882655,` +
    `"category_code":null,"brand":null,"price":1.00,"user_id":${user},"user_session":"s${user}","txn_timestamp":"${time}"}`
  )
}

/** Persists lines as one object of the hour. */
export function persistLines(root: string, name: string, lines: readonly string[]): void {
  const folder = path.join(
    root,
    's3',
    names.rawBucket,
    'ecomm_user_activity_stream/p_year=2026/p_month=11/p_day=01/p_hour=10',
  )
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, `${name}.json.gz`), gzipSync(`${lines.join('\n')}\n`))
}

/** What lies in stream 1, by shard, in its order. */
export function records(root: string): { readonly key: string; readonly text: string }[][] {
  using store = new StreamStore(streamFolder(root).streams)
  const { shards = 0 } = store.stream(names.eventStream) ?? {}
  return Array.from({ length: shards }, (_, shard) =>
    store
      .read(names.eventStream, shard, 0, 0, 1e6)
      .map(({ partitionKey: key, data }) => ({ key, text: Buffer.from(data).toString() })),
  )
}
