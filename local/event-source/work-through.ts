import type { StreamRecord } from '../kinesis/streams.ts'
import { recordsDone } from './answer.ts'
import type { MappingConfig } from './mapping-config.ts'

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded'

export interface Discarded {
  readonly records: readonly StreamRecord[]
  readonly condition: DiscardCondition
  readonly invocations: number
  /** What the function threw last; null where it answered that records failed, or was never called. */
  readonly error: Error | null
}

export interface BatchOptions {
  readonly config: Pick<MappingConfig, 'bisects' | 'reportsFailures' | 'maximumRetries' | 'maximumAgeMs'>
  readonly invoke: (records: readonly StreamRecord[]) => Promise<unknown>
  /** Keeps what is given up; when it throws, the records are not done with. */
  readonly discard: (discarded: Discarded) => Promise<void>
  /** Called when every record up to this one is done with, in order. */
  readonly done: (last: StreamRecord) => void
  /** Waits before attempt n (from 1) of a retry; throws when the mapping stops. */
  readonly pause: (attempt: number) => Promise<void>
  readonly now: () => number
}

interface Part {
  readonly records: readonly StreamRecord[]
  readonly retries: number
  readonly invocations: number
}

interface Attempt {
  readonly done: number
  readonly error: Error | null
}

async function attempt(records: readonly StreamRecord[], { config, invoke }: BatchOptions): Promise<Attempt> {
  try {
    const answer = await invoke(records)
    const numbers = records.map(({ sequenceNumber }) => sequenceNumber)
    return { done: recordsDone(numbers, answer, config.reportsFailures), error: null }
  } catch (error) {
    return { done: 0, error: error instanceof Error ? error : new Error(String(error)) }
  }
}

/**
 * Takes a batch through a function as Lambda does: what failed is sent again, from the first failed record on. With
 * bisecting, a batch that fails at its first record is cut in half, which costs no retry, so that a poison record is alone at
 * last; when its retries are used up or it is too old, it is discarded, and the ones behind it go on.
 */
export async function workThrough(batch: readonly StreamRecord[], options: BatchOptions): Promise<void> {
  const { config, discard, done, pause, now } = options
  const parts: Part[] = [{ records: batch, retries: 0, invocations: 0 }]
  for (let part = parts.shift(); part; part = parts.shift()) {
    const { records, retries, invocations } = part
    const oldest = now() - config.maximumAgeMs
    const isFresh = records.findIndex(({ arrival }) => arrival >= oldest)
    if (isFresh !== 0) {
      const expired = isFresh < 0 ? records : records.slice(0, isFresh)
      await discard({ records: expired, condition: 'RecordAgeExceeded', invocations, error: null })
      done(expired.at(-1) as StreamRecord)
      if (isFresh > 0) parts.unshift({ ...part, records: records.slice(isFresh) })
      continue
    }
    const result = await attempt(records, options)
    if (result.done > 0) done(records[result.done - 1] as StreamRecord)
    const rest = records.slice(result.done)
    if (rest.length === 0) continue
    const tried = invocations + 1
    if (result.done > 0) {
      parts.unshift({ records: rest, retries: 0, invocations: tried })
      await pause(1)
    } else if (config.bisects && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2)
      parts.unshift(
        { records: rest.slice(0, middle), retries, invocations: tried },
        { records: rest.slice(middle), retries, invocations: tried },
      )
      await pause(retries + 1)
    } else if (retries >= config.maximumRetries) {
      const { error } = result
      await discard({ records: rest, condition: 'RetryAttemptsExhausted', invocations: tried, error })
      done(rest.at(-1) as StreamRecord)
    } else {
      parts.unshift({ records: rest, retries: retries + 1, invocations: tried })
      await pause(retries + 1)
    }
  }
}
