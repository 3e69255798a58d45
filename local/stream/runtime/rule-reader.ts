import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { DeadLetter } from '../../../stream/dead-letter.ts'
import { type Finding, findingJson } from '../../../stream/findings.ts'
import type { Kpi } from '../../../stream/kpis/kpi.ts'
import { readRecord } from '../../../stream/read-record.ts'
import type { Rule } from '../../../stream/rules/rule.ts'
import { HOUR } from '../../../stream/rules/window.ts'
import { readDocument, writeDocument } from '../../files.ts'
import { shardId } from '../../kinesis/hash-key.ts'
import type { PutResult, RecordToPut, StreamRecord, Streams } from '../../kinesis/streams.ts'
import { linesOf, userRecords } from '../../kinesis/user-records.ts'
import { isAfter } from '../engine/positions.ts'
import { RuleEngine } from '../engine/rule-engine.ts'
import { startAfter } from './shard-positions.ts'
import { type JobCounts, nextJob, type StreamJob, streamJob } from './stream-job.ts'

export interface RuleReaderOptions {
  readonly streams: Streams
  /** Names of the streams: what is read, and where findings and what is no event go. */
  readonly names: { readonly events: string; readonly findings: string; readonly deadLetters: string }
  readonly rules: readonly Rule[]
  readonly kpis: readonly Kpi[]
  /** Where the job's place is kept. */
  readonly file: string
  /** Leaves the windows that an interrupted job had open, and begins behind what it had read. */
  readonly anew?: boolean
  /** Told of what was found, once it is in its stream. */
  readonly onFinding?: (finding: Finding) => void
  /** Told why nothing goes on, a full disk for example; it is tried again. */
  readonly onError?: (error: unknown) => void
  readonly pollMs?: number
}

const RECORDS_A_READ = 1000
const CHECKPOINT_MS = 1000
const RETRY_MS = 1000
const THROTTLED_MS = 100
/** A shard so far ahead of the others waits for them, so that the open windows stay few. */
const FAR_AHEAD = HOUR

/**
 * The rules as a process between streams: reads stream 1, writes what they find to stream 2. All that it wrote is in its
 * stream before its place is kept, so that a process that was killed loses nothing; what it had written since is written
 * again, with the same ids.
 */
export class RuleReader {
  readonly #options: RuleReaderOptions
  readonly #engine: RuleEngine
  readonly #job: StreamJob
  readonly #counts: JobCounts
  /** By shard: the last record that was read. */
  readonly #read = new Map<string, string | null>()
  readonly #findings: Finding[] = []
  readonly #deadLetters: DeadLetter[] = []
  readonly #stop = new AbortController()
  #newest = Number.NEGATIVE_INFINITY
  #isOver = false
  #keptAt = 0
  #running: Promise<void> = Promise.resolve()

  constructor(options: RuleReaderOptions) {
    this.#options = options
    const { streams, names, rules, kpis, file, anew = false } = options
    const shards = Array.from({ length: streams.describe(names.events).shards }, (_, shard) => shardId(shard))
    const kept = readDocument(file)
    const former = kept === undefined ? undefined : streamJob.parse(kept)
    this.#job = former && !anew ? former : nextJob(shards, former)
    this.#counts = { ...this.#job.counts }
    this.#engine = new RuleEngine({
      rules,
      kpis,
      checkpoint: this.#job.engine,
      emit: (finding) => this.#findings.push(finding),
    })
    for (const shard of shards) this.#read.set(shard, this.#engine.addShard(shard))
  }

  /** The job that it goes on with, as it was at the start. */
  get job(): StreamJob {
    return this.#job
  }

  get progress() {
    const { read, late, entries } = this.#engine.counts
    return {
      ...this.#counts,
      events: read,
      late,
      /** Keys in open windows. */
      open: entries,
      /** Times in milliseconds since 1970; minus infinity as long as there is none. */
      watermark: this.#engine.watermark,
      newest: this.#newest,
    }
  }

  /** By shard: the last record that was read. */
  get positions(): ReadonlyMap<string, string | null> {
    return this.#read
  }

  /** Resolves when it has been stopped or finished; rejects when it can't go on. */
  start(): Promise<void> {
    this.#running = this.#run()
    return this.#running
  }

  /** Ends after what it is at; the next start goes on there. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /**
   * The input is over: reads what is there, and closes all windows. The job's place stays where it was until `conclude`: a
   * process that is killed before that closes them again.
   */
  async finish(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  /** Everything that follows from the job is done: the next start begins a new one behind it. */
  conclude(): void {
    this.#keep(nextJob([...this.#read.keys()], this.#place()))
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const isOver = this.#isOver
      const found = await this.#attempt(() => this.#round())
      this.#engine.tick(Date.now())
      await this.#handOn()
      if (isOver && found === 0) {
        this.#engine.drain()
        await this.#handOn()
        return
      }
      const isDue = Date.now() - this.#keptAt >= CHECKPOINT_MS
      if (isDue && this.#isHandedOn) await this.#attempt(() => this.#keep(this.#place()))
      if (!found) await this.#rest(this.#options.pollMs ?? 50)
      else await setImmediate()
    }
    if (this.#isHandedOn) this.#keep(this.#place())
  }

  /** Reads each shard once; gives the number of records. Those far ahead wait as long as others have something. */
  #round(): number {
    const [near, ahead] = [false, true].map((isAhead) =>
      [...this.#read.keys()].filter((shard) => this.#engine.aheadOf(shard) > FAR_AHEAD === isAhead),
    ) as [string[], string[]]
    const found = near.reduce((sum, shard) => sum + this.#readShard(shard), 0)
    return found > 0 ? found : ahead.reduce((sum, shard) => sum + this.#readShard(shard), 0)
  }

  #readShard(shard: string): number {
    const { streams, names } = this.#options
    const start = startAfter(this.#read.get(shard) ?? null)
    const iterator = streams.iterator(names.events, Number(shard.slice('shardId-'.length)), start)
    const { records } = streams.read(iterator, RECORDS_A_READ)
    for (const record of records) this.#take(shard, record)
    if (records.length === 0) this.#engine.caughtUp(shard)
    return records.length
  }

  #take(shard: string, record: StreamRecord): void {
    const { sequenceNumber, arrival: arrived } = record
    const before = this.#job.engine.shards[shard]?.read ?? null
    // What is read again to fill the windows has been counted, and its dead letters are where they belong.
    const isNew = before === null || isAfter(sequenceNumber, before)
    const parts = userRecords(record)
    for (const data of parts) {
      const { event, deadLetter } = readRecord({ data, shard, sequenceNumber, arrived })
      if (event) {
        this.#engine.take(shard, sequenceNumber, event, arrived)
        this.#newest = Math.max(this.#newest, event.time)
      } else {
        this.#engine.skip(shard, sequenceNumber)
        if (isNew) this.#deadLetters.push(deadLetter)
      }
    }
    this.#read.set(shard, sequenceNumber)
    if (!isNew) return
    this.#counts.records++
    this.#counts.parts += parts.length
    for (const data of parts) this.#counts.lines += linesOf(data)
  }

  get #isHandedOn(): boolean {
    return this.#findings.length === 0 && this.#deadLetters.length === 0
  }

  /** Puts what was found into the streams, as soon as they take it; false where it was stopped before they did. */
  async #handOn(): Promise<boolean> {
    while (!this.#isHandedOn) {
      const isTried = await this.#attempt(() => {
        this.#putFindings()
        this.#putDeadLetters()
        return true
      })
      if (this.#isHandedOn) return true
      if (this.#stop.signal.aborted) return false
      if (isTried) await this.#rest(THROTTLED_MS)
    }
    return true
  }

  #putFindings(): void {
    const { names, onFinding } = this.#options
    const put = this.#put(names.findings, this.#findings, (finding) => ({
      partitionKey: `${finding.rule}/${finding.key_value}`.slice(0, 256),
      data: Buffer.from(findingJson(finding)),
    }))
    for (const finding of put) onFinding?.(finding)
  }

  #putDeadLetters(): void {
    const put = this.#put(this.#options.names.deadLetters, this.#deadLetters, (letter) => ({
      partitionKey: letter.sequence_number,
      data: Buffer.from(JSON.stringify(letter)),
    }))
    this.#counts.deadLetters += put.length
    // They have no ids that would tell a second one: the place is kept at once, not within the next second.
    if (put.length > 0) this.#keptAt = 0
  }

  /** Puts what waits; gives what was taken. What a throttled stream refuses waits on, in its order. */
  #put<T>(stream: string, waiting: T[], recordOf: (one: T) => RecordToPut): T[] {
    if (waiting.length === 0) return []
    const results = this.#options.streams.put(stream, waiting.map(recordOf))
    const all = waiting.splice(0)
    waiting.push(...all.filter((_, at) => 'errorCode' in (results[at] as PutResult)))
    return all.filter((_, at) => !('errorCode' in (results[at] as PutResult)))
  }

  #place(): StreamJob {
    return { engine: this.#engine.checkpoint(), base: this.#job.base, counts: this.#counts }
  }

  #keep(job: StreamJob): void {
    writeDocument(this.#options.file, job)
    this.#keptAt = Date.now()
  }

  /** Does it, or tells why not and rests; gives undefined then. */
  async #attempt<T>(work: () => T): Promise<T | undefined> {
    try {
      return work()
    } catch (error) {
      if (!this.#options.onError) throw error
      this.#options.onError(error)
      await this.#rest(RETRY_MS)
      return undefined
    }
  }

  async #rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {})
  }
}
