import { encodeEvent } from '../../../stream/simulator/encode-event.ts'
import type { PartitionKey } from '../../../stream/simulator/simulate.ts'
import type { SimulatedEvent } from '../../../stream/simulator/simulated-event.ts'
import { timestampText } from '../../../stream/timestamp.ts'
import { shardFor, shardId } from '../../kinesis/hash-key.ts'
import type { StreamRecord, Streams } from '../../kinesis/streams.ts'
import { startAfter } from './shard-positions.ts'

interface LeaveOutOptions {
  readonly streams: Streams
  readonly stream: string
  /** By shard: the record behind which to look. */
  readonly base: Readonly<Record<string, string | null>>
  readonly partitionBy: PartitionKey
  readonly asStrings: boolean
}

/** The records of a shard, one after the other. */
class Cursor {
  #records: StreamRecord[] = []
  #iterator: string
  readonly #streams: Streams

  constructor(streams: Streams, iterator: string) {
    this.#streams = streams
    this.#iterator = iterator
  }

  next(): StreamRecord | undefined {
    if (this.#records.length === 0) {
      const { records, next } = this.#streams.read(this.#iterator, 1000)
      this.#iterator = next
      this.#records = [...records].reverse()
    }
    return this.#records.pop()
  }
}

/**
 * An input that begins again after it was interrupted, without what it had sent: events are stamped with their own time, so
 * that the same event is the same record, and those of a shard were sent in their order. What others have sent between them
 * is passed over.
 */
export async function* leaveOutSent(
  events: AsyncIterable<SimulatedEvent>,
  { streams, stream, base, partitionBy, asStrings }: LeaveOutOptions,
): AsyncGenerator<SimulatedEvent> {
  const { shards } = streams.describe(stream)
  const cursors = new Map(
    Array.from({ length: shards }, (_, shard) => {
      const iterator = streams.iterator(stream, shard, startAfter(base[shardId(shard)] ?? null))
      return [shard, new Cursor(streams, iterator)] as const
    }),
  )
  const isSent = (event: SimulatedEvent): boolean => {
    const key = String(event[partitionBy])
    const shard = shardFor(key, undefined, shards)
    const cursor = cursors.get(shard)
    if (!cursor) return false
    const { label: _, ...fields } = event
    const data = Buffer.from(
      encodeEvent({ ...fields, txn_timestamp: timestampText(event.time) }, { asStrings }),
    )
    for (let record = cursor.next(); record; record = cursor.next())
      if (record.partitionKey === key && data.equals(record.data)) return true
    cursors.delete(shard)
    return false
  }
  for await (const event of events) if (cursors.size === 0 || !isSent(event)) yield event
}
