import { TIME } from '../time-settings.ts'
import { timestampText } from '../timestamp.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import { encodeEvent } from './encode-event.ts'
import { LabelBook } from './labels.ts'
import type { Outgoing, Sender } from './outgoing.ts'
import { dueAfter, type Pace, type Stamp } from './pace.ts'
import type { SimulatedEvent } from './simulated-event.ts'

/** What records are spread over shards by. */
export type PartitionKey = 'user_id' | 'category_id'

export interface SimulateOptions {
  readonly events: AsyncIterable<SimulatedEvent> | Iterable<SimulatedEvent>
  readonly sender: Sender
  readonly pace: Pace
  readonly stamp: Stamp
  /** All values as JSON texts. */
  readonly asStrings?: boolean
  /**
   * `user_id` where it is missing: what one user does stays in order, and users spread evenly; of categories one alone has a
   * quarter of the traffic, and so would its shard.
   */
  readonly partitionBy?: PartitionKey
  /** How long to go on, in milliseconds of the clock. */
  readonly lasting?: number
  /** Ends it cleanly: what was taken is sent. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  readonly clock?: Clock
  /** Filled on the way: whoever gives it has what was injected also where the sender fails. */
  readonly labels?: LabelBook
}

export interface Progress {
  readonly events: number
  readonly elapsedMs: number
  readonly resent: number
  /** `txn_timestamp` of the last event, in milliseconds since 1970. */
  readonly at: number
}

export interface Simulated {
  readonly events: number
  readonly elapsedMs: number
  readonly labels: LabelBook
}

/** So many events are put at once at most, and whatever is due after so long. */
const CHUNK = 500
const WAIT_MS = 20
const PROGRESS_MS = 1000
/**
 * A key has to wait for its own records, others need not: without a bound they would run ahead of it by minutes of their own time,
 * and take the watermark with them. So much of it is under way at once.
 */
const UNDER_WAY = TIME.outOfOrderness / 2

/** Sends events at their pace. Resolves when there are no more, the time is over, or the signal says so, with everything sent. */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const {
    sender,
    pace,
    stamp,
    asStrings = false,
    partitionBy = 'user_id',
    signal,
    clock = SYSTEM_CLOCK,
    labels = new LabelBook(),
  } = options
  const now = () => clock.now()
  let started = now()
  let chunk: Outgoing[] = []
  let count = 0
  let first: number | undefined
  let arrivedUpTo = Number.NEGATIVE_INFINITY
  let at = started
  let told = started

  const put = async () => {
    const full = chunk
    chunk = []
    await sender.put(full)
    if (now() - told < PROGRESS_MS) return
    told = now()
    options.onProgress?.({ events: count, elapsedMs: told - started, resent: sender.sent.resent, at })
  }

  for await (const { label, ...event } of options.events) {
    if (first === undefined) {
      // Generated traffic takes a while to its first event.
      first = event.time
      started = now()
    }
    const due = started + dueAfter(pace, count, event.time - first)
    if (options.lasting !== undefined && Math.max(due, now()) - started >= options.lasting) break
    if (due > now()) {
      if (chunk.length > 0) await put()
      // Not for each event by itself: due is what falls into the next few milliseconds.
      if (!(await clock.wait(Math.max(due - now(), WAIT_MS), signal))) break
    }
    if (signal?.aborted) break
    at = stamp === 'event' ? event.time : now()
    if (at > arrivedUpTo + UNDER_WAY) {
      if (chunk.length > 0) await put()
      await sender.flush()
      arrivedUpTo = at
    }
    if (label) labels.saw(label, at)
    const text = encodeEvent({ ...event, txn_timestamp: timestampText(at) }, { asStrings })
    chunk.push({ key: String(event[partitionBy]), data: Buffer.from(text), events: 1 })
    count++
    if (chunk.length === CHUNK) await put()
  }
  await put()
  await sender.flush()
  const elapsedMs = now() - started
  options.onProgress?.({ events: count, elapsedMs, resent: sender.sent.resent, at })
  return { events: count, elapsedMs, labels }
}
