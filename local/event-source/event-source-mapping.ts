import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { readDocument, writeDocument } from '../files.ts'
import { resume } from '../kinesis/resume.ts'
import type { StreamRecord, Streams } from '../kinesis/streams.ts'
import { failureObject } from './failure-record.ts'
import { kinesisEvent } from './kinesis-event.ts'
import { lanesOf } from './lanes.ts'
import type { MappingConfig } from './mapping-config.ts'
import { type Discarded, workThrough } from './work-through.ts'

export interface MappingOptions {
  readonly config: MappingConfig
  readonly streams: Streams
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>
  /** Writes an object of the on-failure destination. */
  readonly keep: (bucket: string, key: string, body: string) => Promise<unknown>
  /** Where the mapping remembers how far it has come. */
  readonly checkpointFile: string
  /** Told what was given up. */
  readonly onDiscard?: (discarded: Discarded) => void
  /** Told what went wrong outside the function, a full disk for example; the batch is tried again. */
  readonly onError?: (error: unknown) => void
  /** Milliseconds between two looks at a shard that had nothing new. */
  readonly pollMs?: number
  /** Milliseconds before the first retry; it doubles with each, up to a hundred times as many. */
  readonly retryMs?: number
  readonly now?: () => number
}

const LONGEST_RETRY = 100
const checkpoints = z.record(z.string(), z.string())

/**
 * Feeds a function from a stream as Lambda's event source mapping does: each shard in order, in batches, at least once.
 * What it has done is remembered after every batch, so that a process that was killed goes on where it was.
 */
export class EventSourceMapping {
  readonly #options: Required<MappingOptions>
  readonly #id: string
  readonly #stop = new AbortController()
  readonly #checkpoints: Record<string, string>
  #shards: Promise<void>[] = []

  constructor(options: MappingOptions) {
    this.#options = {
      onDiscard: () => {},
      onError: () => {},
      pollMs: 50,
      retryMs: 100,
      now: Date.now,
      ...options,
    }
    const { functionName, streamArn } = options.config
    const hash = createHash('sha256').update(`${functionName} ${streamArn}`).digest('hex')
    this.#id = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
    this.#checkpoints = checkpoints.parse(readDocument(options.checkpointFile) ?? {})
  }

  start(): void {
    const { config, streams } = this.#options
    if (!config.isEnabled) return
    const { shards } = streams.describe(config.stream)
    this.#shards = Array.from({ length: shards }, (_, shard) => this.#follow(shard))
  }

  /** Ends after the invocations that are under way. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#shards)
  }

  /** Whether every record that is in the stream now has been done with. */
  isCaughtUp(): boolean {
    const { config, streams } = this.#options
    const { shards } = streams.describe(config.stream)
    return Array.from({ length: shards }, (_, shard) => shard).every(
      (shard) => streams.read(this.#iterator(shard), 1).records.length === 0,
    )
  }

  #iterator(shard: number): string {
    const { config, streams } = this.#options
    return resume(streams, config.stream, shard, this.#checkpoints[shard], config.startingPosition)
  }

  async #follow(shard: number): Promise<void> {
    let iterator = this.#iterator(shard)
    while (!this.#stop.signal.aborted) {
      try {
        const { records, next } = await this.#gather(iterator)
        if (records.length > 0) await this.#process(shard, records)
        // An iterator lives for minutes only, and a batch may have been tried for longer.
        iterator = records.length > 0 ? this.#iterator(shard) : next
      } catch (error) {
        // Stopped between two attempts: the batch is not done, and the next start sends it again.
        if (this.#stop.signal.aborted) return
        this.#options.onError(error)
        await this.#rest(this.#options.retryMs)
        iterator = this.#iterator(shard)
      }
    }
  }

  /** A batch: full, or what had come when the window closed. */
  async #gather(from: string): Promise<{ records: StreamRecord[]; next: string }> {
    const { config, streams, pollMs, now } = this.#options
    const records: StreamRecord[] = []
    let next = from
    const until = now() + config.batchingWindowMs
    for (;;) {
      const read = streams.read(next, config.batchSize - records.length)
      records.push(...read.records)
      next = read.next
      const isFull = records.length >= config.batchSize
      if (isFull || now() >= until || this.#stop.signal.aborted) break
      await this.#rest(Math.min(pollMs, until - now()))
    }
    if (records.length === 0) await this.#rest(pollMs)
    return { records, next }
  }

  async #process(shard: number, records: readonly StreamRecord[]): Promise<void> {
    const { config, invoke, now } = this.#options
    const lanes = lanesOf(records, config.parallelizationFactor)
    await Promise.all(
      lanes.map((lane) =>
        workThrough(lane, {
          config,
          invoke: (part) => invoke(config.functionName, kinesisEvent(config.streamArn, shard, part)),
          discard: (discarded) => this.#discard(shard, discarded),
          // Lanes overtake each other, so that only the whole batch is a place to go on from.
          done: (last) => lanes.length === 1 && this.#reached(shard, last),
          pause: (attempt) => this.#pause(attempt),
          now,
        }),
      ),
    )
    this.#reached(shard, records.at(-1) as StreamRecord)
  }

  #reached(shard: number, { sequenceNumber }: StreamRecord): void {
    this.#checkpoints[shard] = sequenceNumber
    writeDocument(this.#options.checkpointFile, this.#checkpoints)
  }

  async #discard(shard: number, discarded: Discarded): Promise<void> {
    const { config, keep, onDiscard, now } = this.#options
    if (config.failureBucket !== null) {
      const { key, body } = failureObject(config, this.#id, shard, discarded, new Date(now()))
      await keep(config.failureBucket, key, body)
    }
    onDiscard(discarded)
  }

  async #pause(attempt: number): Promise<void> {
    const { retryMs } = this.#options
    const wait = retryMs * Math.min(2 ** (attempt - 1), LONGEST_RETRY)
    await sleep(wait, undefined, { signal: this.#stop.signal })
  }

  async #rest(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => {})
  }
}
