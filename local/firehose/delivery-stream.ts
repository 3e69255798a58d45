import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { z } from 'zod'
import { readDocument, writeDocument } from '../files.ts'
import { shardId } from '../kinesis/hash-key.ts'
import { resume } from '../kinesis/resume.ts'
import type { StreamRecord, Streams } from '../kinesis/streams.ts'
import { userRecords } from '../kinesis/user-records.ts'
import type { DeliveryConfig } from './delivery-config.ts'
import { objectPrefix } from './object-prefix.ts'

export interface DeliveryOptions {
  readonly config: DeliveryConfig
  readonly streams: Streams
  readonly put: (bucket: string, key: string, body: Uint8Array) => Promise<unknown>
  /** Where the delivery remembers how far it has come. */
  readonly checkpointFile: string
  /** Told what went wrong; the records are delivered when it goes again. */
  readonly onError?: (error: unknown) => void
  /** Told what was delivered. */
  readonly onDelivered?: (records: number, bytes: number) => void
  readonly pollMs?: number
  readonly now?: () => number
}

interface Buffered {
  readonly records: StreamRecord[]
  bytes: number
  /** When the first of them was read. */
  since: number
}

const checkpoints = z.record(z.string(), z.string())
const compress = promisify(gzip)
const NEWLINE = Buffer.from('\n')
/** The smallest unit that a prefix can name. */
const hourOf = ({ arrival }: StreamRecord): number => Math.floor(arrival / 3_600_000)
const empty = (): Buffered => ({ records: [], bytes: 0, since: 0 })

/**
 * Persists a stream's records as Firehose does: buffered by size and time, under the hour in which they arrived. What the KPL
 * has packed into a record is taken apart first, and each part gets the delimiter. An object is named after its first record,
 * so that one which is written again after a crash takes the place of the former.
 */
export class DeliveryStream {
  readonly #options: Required<DeliveryOptions>
  readonly #stop = new AbortController()
  readonly #checkpoints: Record<string, string>
  #isOver = false
  #shards: Promise<void>[] = []

  constructor(options: DeliveryOptions) {
    this.#options = { onError: () => {}, onDelivered: () => {}, pollMs: 200, now: Date.now, ...options }
    this.#checkpoints = checkpoints.parse(readDocument(options.checkpointFile) ?? {})
  }

  start(): void {
    const { config, streams } = this.#options
    const { shards } = streams.describe(config.stream)
    this.#shards = Array.from({ length: shards }, (_, shard) => this.#follow(shard))
  }

  /** Delivers all that has come, however often that has to be tried, and ends; or as `stop` does when the signal says so. */
  async finish(signal: AbortSignal): Promise<void> {
    this.#isOver = true
    const stop = () => this.#stop.abort()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    await Promise.all(this.#shards)
    signal.removeEventListener('abort', stop)
  }

  /** Delivers what has come, and ends. What can't be delivered now, the next start delivers. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#shards)
  }

  async #follow(shard: number): Promise<void> {
    let buffer = empty()
    let iterator = this.#iterator(shard)
    for (;;) {
      try {
        const isLast = this.#isOver || this.#stop.signal.aborted
        const { records, next } = this.#options.streams.read(iterator)
        iterator = next
        const groups = this.#add(buffer, records)
        for (const full of groups.slice(0, -1)) await this.#deliver(shard, full)
        buffer = groups.at(-1) ?? empty()
        if (buffer.records.length > 0 && (isLast || this.#isDue(buffer))) {
          await this.#deliver(shard, buffer)
          buffer = empty()
        }
        if (isLast && records.length === 0) return
        if (!isLast && records.length === 0) await this.#rest()
      } catch (error) {
        this.#options.onError(error)
        if (this.#stop.signal.aborted) return
        await this.#rest()
        buffer = empty()
        iterator = this.#iterator(shard)
      }
    }
  }

  #iterator(shard: number): string {
    const { config, streams } = this.#options
    return resume(streams, config.stream, shard, this.#checkpoints[shard])
  }

  /** Objects that are full or whose hour is over, and last the one that may still grow. */
  #add(buffer: Buffered, records: readonly StreamRecord[]): Buffered[] {
    const { config, now } = this.#options
    const groups = [buffer]
    for (const record of records) {
      let group = groups.at(-1) as Buffered
      const [first] = group.records
      const isOther = first !== undefined && hourOf(first) !== hourOf(record)
      if (isOther || group.bytes >= config.bufferBytes) {
        group = empty()
        groups.push(group)
      }
      if (group.records.length === 0) group.since = now()
      group.records.push(record)
      group.bytes += record.data.length
    }
    return groups
  }

  #isDue({ bytes, since }: Buffered): boolean {
    const { config, now } = this.#options
    return bytes >= config.bufferBytes || now() - since >= config.intervalMs
  }

  #prefixOf({ arrival }: StreamRecord): string {
    return objectPrefix(this.#options.config.prefix, new Date(arrival))
  }

  async #deliver(shard: number, { records }: Buffered): Promise<void> {
    const { config, put, checkpointFile, onDelivered } = this.#options
    const [first, last] = [records[0] as StreamRecord, records.at(-1) as StreamRecord]
    const parts = records
      .flatMap(userRecords)
      .flatMap((data) => (config.hasDelimiter ? [data, NEWLINE] : [data]))
    const text = Buffer.concat(parts)
    const body = config.isGzip ? await compress(text) : text
    const name = `${config.name}-${shardId(shard)}-${first.sequenceNumber}${config.extension}`
    const key = `${this.#prefixOf(first)}${name}`
    for (const bucket of [config.bucket, ...(config.backupBucket === null ? [] : [config.backupBucket])])
      await put(bucket, key, body)
    this.#checkpoints[shard] = last.sequenceNumber
    writeDocument(checkpointFile, this.#checkpoints)
    onDelivered(records.length, body.length)
  }

  async #rest(): Promise<void> {
    await sleep(this.#options.pollMs, undefined, { signal: this.#stop.signal }).catch(() => {})
  }
}
