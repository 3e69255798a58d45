import { setTimeout as sleep } from 'node:timers/promises'
import { ACCOUNT } from '../../account.ts'
import { openDynamoDb } from '../../dynamodb/dynamodb.ts'
import { LakeBusyError, type LakeLock, lockLake } from '../../executor/lake-lock.ts'
import { StreamStore } from '../../kinesis/stream-store.ts'
import { Streams } from '../../kinesis/streams.ts'
import { AwsError } from '../../registry.ts'
import { createStreams } from '../runtime/create-streams.ts'
import { type RunningStream, readRunning, streamFolder } from '../runtime/stream-folder.ts'
import type { StreamParts } from '../runtime/stream-parts.ts'
import { isUnheard } from './call-elsewhere.ts'

export interface LeaseOptions {
  readonly root: string
  readonly region: string
  /** Names of the streams that have to be there. */
  readonly streams: readonly string[]
  /** Asked where something of the stack is not there yet. */
  readonly parts: () => Promise<StreamParts>
  /** Milliseconds to wait for a process that has the state and does not say where it answers: it starts, or is about to end. */
  readonly patience?: number
}

/** The real-time path's state, open in this process. */
export interface HeldStreams {
  readonly streams: Streams
  /** Where DynamoDB answers; it is opened by the first who asks. */
  readonly tables: () => Promise<string>
}

interface Held extends HeldStreams, AsyncDisposable {}

/** Long enough for the next call of a client at work, short enough for `lake stream`, which waits half a second for its lock. */
const IDLE_MS = 100
const RETRY_MS = 50
const PATIENCE_MS = 10_000

/**
 * The state of the real-time path belongs to one process at a time: a store that two wrote to would give two records the same
 * place. Whoever runs the path (`lake stream`) has it for as long as that runs, and is asked at its own port. Where nobody
 * does, this process takes the same lock, for as long as calls come, and gives it back right after them.
 */
export class StreamLease implements AsyncDisposable {
  readonly #options: LeaseOptions
  #held: Promise<Held> | undefined
  #users = 0
  #idle: NodeJS.Timeout | undefined
  #closing: Promise<void> = Promise.resolve()
  #isEnded = false

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  /** Does it here, or has it done by the process that runs the path. */
  async use<T>(
    here: (held: HeldStreams) => Promise<T>,
    there: (running: RunningStream) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const until = Date.now() + (this.#options.patience ?? PATIENCE_MS)
    for (;;) {
      if (this.#isEnded) throw new AwsError('ServiceUnavailable', 'The server is ending', 503)
      const lock = this.#held ? undefined : this.#lock()
      if (lock !== null) return await this.#here(here, lock)
      const running = readRunning(this.#options.root)
      try {
        if (running) return await there(running)
      } catch (error) {
        if (!isUnheard(error)) throw error
      }
      if (Date.now() > until)
        throw new AwsError(
          'ServiceUnavailable',
          `Another process has the real-time path of ${this.#options.root} and does not answer: wait for it, or end it.`,
          503,
        )
      await sleep(RETRY_MS, undefined, { signal })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnded = true
    clearTimeout(this.#idle)
    this.#release()
    await this.#closing
  }

  async #here<T>(work: (held: HeldStreams) => Promise<T>, lock: LakeLock | undefined): Promise<T> {
    clearTimeout(this.#idle)
    this.#users++
    if (lock) this.#held = this.#open(lock)
    try {
      return await work(await (this.#held as Promise<Held>))
    } finally {
      this.#users--
      if (this.#users === 0) this.#idle = setTimeout(() => this.#release(), IDLE_MS).unref()
    }
  }

  /** Null where another process has it. */
  #lock(): LakeLock | null {
    try {
      return lockLake(streamFolder(this.#options.root).folder, 0)
    } catch (error) {
      if (error instanceof LakeBusyError) return null
      throw error
    }
  }

  async #open(lock: LakeLock): Promise<Held> {
    const { root, region, streams: names, parts } = this.#options
    const files = streamFolder(root)
    try {
      await using resources = new AsyncDisposableStack()
      resources.use(lock)
      const store = resources.use(new StreamStore(files.streams))
      const streams = new Streams({ store, account: ACCOUNT })
      if (names.some((name) => !store.stream(name))) createStreams(streams, await parts())
      const open = resources.move()
      let endpoint: Promise<string> | undefined
      const openTables = async () => {
        const { tables } = await parts()
        return open.use(await openDynamoDb({ folder: files.tables, region, tables })).endpoint
      }
      return {
        streams,
        tables: () => {
          endpoint ??= openTables().catch((error: unknown) => {
            endpoint = undefined
            throw error
          })
          return endpoint
        },
        [Symbol.asyncDispose]: () => open.disposeAsync(),
      }
    } catch (error) {
      this.#held = undefined
      throw error
    }
  }

  #release(): void {
    const held = this.#held
    this.#held = undefined
    if (!held) return
    this.#closing = Promise.all([this.#closing, held.then((open) => open[Symbol.asyncDispose]())]).then(
      () => {},
      () => {},
    )
  }
}
