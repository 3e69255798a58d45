import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { Outgoing, Sender, Sent } from '../../../stream/simulator/outgoing.ts'
import { requireSize } from '../../../stream/simulator/record-size.ts'
import type { Streams } from '../../kinesis/streams.ts'

export interface StreamsSenderOptions {
  readonly streams: Streams
  readonly stream: string
  /** Records that nobody has read yet. */
  readonly unread: () => number
  readonly signal?: AbortSignal
  /** Told why a stream takes nothing, a full disk for example; it is tried again. Without it sending fails. */
  readonly onError?: (error: unknown) => void
}

/** So many records may wait in the stream: a source without a pace would only pile them up. */
const MOST_UNREAD = 20_000
const WAIT_MS = 5
const RETRY_MS = 1000

/**
 * Puts records into a stream of this process, without the way over the wire. What a stream with limits refuses is sent again
 * behind what it took: only without limits, as the platform has its streams, does each key keep its order.
 */
export class StreamsSender implements Sender {
  readonly sent: Sent = { records: 0, events: 0, bytes: 0, resent: 0 }
  readonly #options: StreamsSenderOptions

  constructor(options: StreamsSenderOptions) {
    this.#options = options
  }

  async put(records: readonly Outgoing[]): Promise<void> {
    const { unread, signal, onError } = this.#options
    for (const record of records) requireSize(record)
    for (let left = records; left.length > 0; ) {
      try {
        left = this.#put(left)
      } catch (error) {
        if (!onError) throw error
        onError(error)
        // Of what was not taken nobody has noted anything: the next start sends it.
        if (!(await sleep(RETRY_MS, true, { signal }).catch(() => false))) return
        continue
      }
      this.sent.resent += left.length
      // Others have to get their turn too, and time to read.
      await (left.length > 0 ? sleep(WAIT_MS) : setImmediate())
    }
    while (unread() > MOST_UNREAD && !signal?.aborted) await sleep(WAIT_MS)
  }

  async flush(): Promise<void> {}

  /** Gives what was refused and has to be sent again. */
  #put(records: readonly Outgoing[]): readonly Outgoing[] {
    const { streams, stream } = this.#options
    const results = streams.put(
      stream,
      records.map(({ key, data, explicitHashKey }) => ({ partitionKey: key, data, explicitHashKey })),
    )
    return records.filter((record, at) => {
      const result = results[at]
      if (!result || 'errorCode' in result) return true
      this.sent.records++
      this.sent.events += record.events
      this.sent.bytes += record.data.length
      return false
    })
  }
}
