import { AwsError } from '../registry.ts'
import { shardFor, shardId } from './hash-key.ts'
import { LIMITS } from './limits.ts'
import { parseSequenceNumber, sequenceNumber } from './sequence-number.ts'
import { type Position, parseShardIterator, shardIterator } from './shard-iterator.ts'
import type { StoredStream, StreamStore } from './stream-store.ts'
import { type ShardLimits, Throttle } from './throttle.ts'

export interface RecordToPut {
  readonly partitionKey: string
  readonly data: Uint8Array
  readonly explicitHashKey?: string | undefined
}

/** What became of a record: where it stands, or why it has to be sent again. */
export type PutResult =
  | { readonly shardId: string; readonly sequenceNumber: string }
  | { readonly errorCode: 'ProvisionedThroughputExceededException'; readonly errorMessage: string }

export interface StreamRecord {
  readonly sequenceNumber: string
  readonly partitionKey: string
  readonly data: Uint8Array
  /** Milliseconds since 1970. */
  readonly arrival: number
}

export interface ReadResult {
  readonly records: readonly StreamRecord[]
  readonly next: string
  readonly millisBehindLatest: number
}

/** Where a reader begins, in the terms of GetShardIterator. */
export type Start =
  | { readonly type: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string }
  /** Milliseconds since 1970. */
  | { readonly type: 'AT_TIMESTAMP'; readonly time: number }

export interface StreamsOptions {
  readonly store: StreamStore
  readonly account: string
  /** Limits of each shard; without them a shard takes and gives what the machine can. */
  readonly limits?: ShardLimits
  readonly now?: () => number
}

const HOUR = 60 * 60 * 1000
const TRIM_EVERY = 60 * 1000

const sizeOf = ({ partitionKey, data }: RecordToPut): number => data.length + Buffer.byteLength(partitionKey)

/** Kinesis Data Streams on this machine, behind its own API and for what runs in this process. */
export class Streams {
  readonly #store: StreamStore
  readonly #account: string
  readonly #throttle: Throttle | null
  readonly #now: () => number
  readonly #trimmed = new Map<string, number>()
  #latest = 0

  constructor({ store, account, limits, now = Date.now }: StreamsOptions) {
    this.#store = store
    this.#account = account
    this.#throttle = limits ? new Throttle(limits, now) : null
    this.#now = now
  }

  list(): readonly StoredStream[] {
    return this.#store.streams()
  }

  describe(name: string): StoredStream {
    const stream = this.#store.stream(name)
    if (!stream)
      throw new AwsError(
        'ResourceNotFoundException',
        `Stream ${name} under account ${this.#account} not found.`,
      )
    return stream
  }

  create(name: string, mode: StoredStream['mode'], shards: number = LIMITS.onDemandShards): void {
    if (this.#store.stream(name))
      throw new AwsError(
        'ResourceInUseException',
        `Stream ${name} under account ${this.#account} already exists.`,
      )
    const retentionHours = LIMITS.retentionHours.min
    this.#store.create({ name, mode, shards, retentionHours, created: this.#now() })
  }

  remove(name: string): void {
    this.describe(name)
    this.#store.remove(name)
  }

  setMode(name: string, mode: StoredStream['mode']): void {
    this.#store.change({ ...this.describe(name), mode })
  }

  setRetention(name: string, retentionHours: number): void {
    this.#store.change({ ...this.describe(name), retentionHours })
    this.#trimmed.delete(name)
  }

  /** Appends records; each has a result of its own, in the order given. */
  put(name: string, records: readonly RecordToPut[]): PutResult[] {
    const stream = this.describe(name)
    const arrival = this.#arrival()
    const placed = records.map((record) => {
      const shard = shardFor(record.partitionKey, record.explicitHashKey, stream.shards)
      return { ...record, shard, fits: this.#fits(stream, shard, sizeOf(record)) }
    })
    const taken = placed.filter(({ fits }) => fits)
    const indexes = this.#store.append(name, taken, arrival).values()
    this.#trim(stream)
    return placed.map(({ shard, fits }): PutResult => {
      if (!fits)
        return {
          errorCode: 'ProvisionedThroughputExceededException',
          errorMessage: this.#rateExceeded(stream, shard),
        }
      const index = indexes.next().value as number
      return { shardId: shardId(shard), sequenceNumber: this.#sequenceNumber(stream, shard, index, arrival) }
    })
  }

  iterator(name: string, shard: number, start: Start): string {
    const stream = this.describe(name)
    if (!(shard >= 0 && shard < stream.shards))
      throw new AwsError(
        'ResourceNotFoundException',
        `Shard ${shardId(shard)} in stream ${name} under account ${this.#account} does not exist`,
      )
    const index = this.#startIndex(stream, shard, start)
    return shardIterator({ stream: name, since: stream.created, shard, index }, this.#now())
  }

  read(iterator: string, limit: number = LIMITS.recordsAGet): ReadResult {
    const now = this.#now()
    const at = parseShardIterator(iterator, now)
    const stream = this.describe(at.stream)
    if (stream.created !== at.since)
      throw new AwsError(
        'ResourceNotFoundException',
        `Stream ${at.stream} was made anew since this iterator.`,
      )
    const since = now - stream.retentionHours * HOUR
    const { bytesAGet } = LIMITS
    const found = this.#upToBytes(this.#store.read(at.stream, at.shard, at.index, since, limit, bytesAGet))
    this.#countRead(stream, at, found)
    const last = found.at(-1)
    const index = last ? last.index + 1 : at.index
    const isBehind = index <= this.#store.last(at.stream, at.shard) && last !== undefined
    return {
      records: found.map(({ index: place, partitionKey, data, arrival }) => ({
        sequenceNumber: this.#sequenceNumber(stream, at.shard, place, arrival),
        partitionKey,
        data,
        arrival,
      })),
      next: shardIterator({ ...at, index }, now),
      millisBehindLatest: isBehind ? Math.max(1, now - last.arrival) : 0,
    }
  }

  #startIndex(stream: StoredStream, shard: number, start: Start): number {
    switch (start.type) {
      case 'TRIM_HORIZON':
        return 0
      case 'LATEST':
        return this.#store.last(stream.name, shard) + 1
      case 'AT_TIMESTAMP':
        return this.#store.firstSince(stream.name, shard, start.time)
      default: {
        const place = parseSequenceNumber(start.sequenceNumber)
        if (place.shard !== shard)
          throw new AwsError(
            'InvalidArgumentException',
            `Invalid StartingSequenceNumber. It encodes ${shardId(place.shard)}, while it was used in a call to a shard with ${shardId(shard)}`,
          )
        if (place.shardCreated !== Math.floor(stream.created / 1000))
          throw new AwsError(
            'InvalidArgumentException',
            `StartingSequenceNumber ${start.sequenceNumber} used in GetShardIterator on shard ${shardId(shard)} in stream ` +
              `${stream.name} under account ${this.#account} is invalid because it did not come from this stream.`,
          )
        return start.type === 'AT_SEQUENCE_NUMBER' ? place.index : place.index + 1
      }
    }
  }

  /** As many records as an answer may carry: always one, however large. */
  #upToBytes<T extends { readonly data: Uint8Array }>(records: T[]): T[] {
    let bytes = 0
    const end = records.findIndex(({ data }, at) => {
      bytes += data.length
      return bytes > LIMITS.bytesAGet && at > 0
    })
    return end < 0 ? records : records.slice(0, end)
  }

  #fits(stream: StoredStream, shard: number, bytes: number): boolean {
    const amounts = { putRecords: 1, putBytes: bytes }
    return this.#throttle?.take(`${stream.name}/${shard}`, amounts) ?? true
  }

  #countRead(stream: StoredStream, { shard }: Position, found: readonly { data: Uint8Array }[]): void {
    const getBytes = found.reduce((sum, { data }) => sum + data.length, 0)
    if (this.#throttle && !this.#throttle.take(`${stream.name}/${shard}`, { gets: 1, getBytes }))
      throw new AwsError('ProvisionedThroughputExceededException', this.#rateExceeded(stream, shard))
  }

  #rateExceeded({ name }: StoredStream, shard: number): string {
    return `Rate exceeded for shard ${shardId(shard)} in stream ${name} under account ${this.#account}.`
  }

  #sequenceNumber({ created }: StoredStream, shard: number, index: number, arrival: number): string {
    return sequenceNumber({ shard, shardCreated: Math.floor(created / 1000), index }, arrival / 1000)
  }

  /** Times of arrival never go back, also where the machine's clock does. */
  #arrival(): number {
    this.#latest = Math.max(this.#latest, this.#now())
    return this.#latest
  }

  #trim({ name, retentionHours }: StoredStream): void {
    const now = this.#now()
    if (now - (this.#trimmed.get(name) ?? 0) < TRIM_EVERY) return
    this.#trimmed.set(name, now)
    this.#store.trim(name, now - retentionHours * HOUR)
  }
}
