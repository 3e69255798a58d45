import { shardFor } from '../../../local/kinesis/hash-key.ts'
import type { RecordToPut } from '../../../local/kinesis/streams.ts'
import { type LabelledHourOptions, labelledHour } from '../../../local/stream/traffic/labelled-hour.ts'
import { MINUTE } from '../../../stream/rules/window.ts'
import { encodeEvent } from '../../../stream/simulator/encode-event.ts'
import { timestampText } from '../../../stream/timestamp.ts'
import { EVENT_CASES, recordText } from '../../unit/stream/event-cases.ts'
import { hashKeyIn } from './stage.ts'

/** How many sixteenths of the users each shard has: traffic is never even, and what lags behind must not become late. */
const SIXTEENTHS = [9, 4, 2, 1]
export const SHARDS = SIXTEENTHS.length
const SHARD_OF = SIXTEENTHS.flatMap((share, shard) => Array<number>(share).fill(shard))

/** Every so many records is none that can be read. */
const BROKEN_EVERY = 997
const BROKEN = Object.values(EVENT_CASES).flatMap(([text, outcome]) => ('reasons' in outcome ? [text] : []))

/** The checkout fails for ten minutes, of which no label tells: the one rule that compares with the time before has something to find. */
const NO_CHECKOUT = { from: 45 * MINUTE, to: 55 * MINUTE }

/** One user asks for one page as fast as it can, of which no label tells either. */
const REPEATED = { user: 999_999_937, at: 30 * MINUTE, times: 700, every: 7 }

export interface TimedRecord extends RecordToPut {
  /** Milliseconds since 1970. */
  readonly time: number
}

export interface LabelledRecords {
  readonly records: readonly TimedRecord[]
  readonly events: number
  readonly broken: number
}

/** A labelled hour as records of stream 1, in the order in which they are sent, with some among them that are no events. */
export async function labelledRecords(options: LabelledHourOptions): Promise<LabelledRecords> {
  const records: TimedRecord[] = []
  let broken = 0
  let events = 0
  const push = (user: string, time: number, text: string) => {
    const shard = SHARD_OF[shardFor(user, undefined, SHARD_OF.length)] ?? 0
    const at = { time, partitionKey: user, explicitHashKey: hashKeyIn(shard, SHARDS) }
    records.push({ ...at, data: Buffer.from(text) })
    events++
    if (events % BROKEN_EVERY > 0) return
    records.push({ ...at, data: Buffer.from(BROKEN[broken % BROKEN.length] ?? '') })
    broken++
  }
  let isRepeated = false
  for await (const { label: _, ...event } of labelledHour(options).events) {
    const { time } = event
    const after = time - options.from
    if (event.event_type === 'purchase' && after >= NO_CHECKOUT.from && after < NO_CHECKOUT.to) continue
    if (after >= REPEATED.at && !isRepeated) {
      isRepeated = true
      const from = options.from + REPEATED.at
      for (let i = 0; i < REPEATED.times; i++) {
        const at = from + i * REPEATED.every
        push(String(REPEATED.user), at, eventText(REPEATED.user, at))
      }
    }
    push(String(event.user_id), time, encodeEvent({ ...event, txn_timestamp: timestampText(time) }))
  }
  return { records, events, broken }
}

/** An event of a user at a time, as the shop sends it. */
export const eventText = (
  user: number | bigint | string,
  time: number,
  fields: Parameters<typeof recordText>[0] = {},
): string =>
  recordText({
    user_id: String(user),
    user_session: `"session-${user}"`,
    event_time: `"${timestampText(time)} UTC"`,
    txn_timestamp: `"${timestampText(time).replace(' ', 'T')}"`,
    ...fields,
  })

/** Longer than any window is open: what comes so much later closes all that was before. */
export const CLOSES_AFTER = 30 * MINUTE

/** One event in every shard, so far ahead that all windows before are closed; their own stay open. */
export const closers = (time: number, shards: number): RecordToPut[] =>
  Array.from({ length: shards }, (_, shard) => ({
    partitionKey: 'closer',
    explicitHashKey: hashKeyIn(shard, shards),
    data: Buffer.from(eventText(1, time, { product_id: String(shard + 1) })),
  }))
