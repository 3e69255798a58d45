import { setTimeout as sleep } from 'node:timers/promises'
import { type KinesisClient, KinesisServiceException, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import type { Outgoing, Sender, Sent } from './outgoing.ts'
import { requireSize, sizeOf } from './record-size.ts'
import { SimulationError } from './simulation-error.ts'

interface KinesisSenderOptions {
  readonly client: Pick<KinesisClient, 'send'>
  readonly stream: string
  /** Calls at the same time; no two of them have a key in common. */
  readonly calls?: number
  /** How often a record is refused in a row before sending is given up. */
  readonly attempts?: number
  /** Milliseconds to wait after the n-th refusal in a row. */
  readonly pause?: (refusals: number) => number
  readonly signal?: AbortSignal
}

/** The stream refused a record more often in a row than was allowed: it has too little room for what is sent. */
export class StreamThrottledError extends SimulationError {
  override readonly name = 'StreamThrottledError'
}

/** Limits of PutRecords. */
export const RECORDS_A_CALL = 500
const BYTES_A_CALL = 5 * 2 ** 20
/** So many records may wait before `put` does. */
const WAITING = 10_000

const LONGEST_PAUSE_MS = 5000
/** Exponential with full jitter: whoever was refused together does not come back together. */
const jittered = (refusals: number): number =>
  Math.random() * Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(refusals, 10))

/** Answers to a whole call that say "later". */
const LATER = [
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'KMSThrottlingException',
  'ThrottlingException',
  'TimeoutError',
]

/** Those, and what is the service's own fault: `InternalFailure`, `ServiceUnavailable`, … */
const isLater = (error: unknown): error is Error =>
  error instanceof Error &&
  (LATER.includes(error.name) ||
    (error instanceof KinesisServiceException && (error.$metadata.httpStatusCode ?? 0) >= 500))

const notSent = (records: number): string =>
  records === 1 ? '1 record is not sent' : `${records} records are not sent`

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/ResourceNotFound/, 'name a stream that is there, and look at region and account'],
  [/Region is missing/, 'set AWS_REGION'],
  [/CredentialsProvider/, 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
  [
    /ECONNREFUSED|ENOTFOUND|Invalid URL/,
    'AWS_ENDPOINT_URL_KINESIS has to be where Kinesis answers: "lake stream" and "lake serve" print it when they begin',
  ],
]

/** Why a call failed, and what to do about it where that is known. */
function withRemedy(error: unknown): string {
  const why = String(error)
  const [, remedy] = REMEDIES.find(([what]) => what.test(why)) ?? []
  return remedy === undefined ? why : `${why.replace(/\.$/, '')}; ${remedy}`
}

interface Queue {
  readonly key: string
  readonly records: Outgoing[]
  refusals: number
}

/**
 * Puts records into a Kinesis stream, in the order of their key: PutRecords promises no order, not even within a call, so each
 * call has at most one record of a key, and the key's next goes when that one has arrived. Of a call that is refused in part
 * only what failed is sent again.
 */
export class KinesisSender implements Sender {
  readonly sent: Sent = { records: 0, events: 0, bytes: 0, resent: 0 }
  readonly #options: Required<Omit<KinesisSenderOptions, 'signal'>> & Pick<KinesisSenderOptions, 'signal'>
  readonly #queues = new Map<string, Queue>()
  /** Queues with a record that may go. */
  #ready: Queue[] = []
  #waiting = 0
  #calls = 0
  #failure: Error | undefined
  #changed = Promise.withResolvers<void>()

  constructor(options: KinesisSenderOptions) {
    this.#options = { calls: 4, attempts: 20, pause: jittered, ...options }
  }

  async put(records: readonly Outgoing[]): Promise<void> {
    for (const record of records) this.#enqueue(record)
    this.#pump()
    while (this.#waiting > WAITING && !this.#failure) await this.#changed.promise
    if (this.#failure) throw this.#failure
  }

  async flush(): Promise<void> {
    while (this.#waiting > 0 && !this.#failure) await this.#changed.promise
    if (this.#failure) throw this.#failure
  }

  #enqueue(record: Outgoing): void {
    requireSize(record)
    this.#waiting++
    const queue = this.#queues.get(record.key)
    if (queue) {
      queue.records.push(record)
      return
    }
    const made = { key: record.key, records: [record], refusals: 0 }
    this.#queues.set(record.key, made)
    this.#ready.push(made)
  }

  #pump(): void {
    while (this.#calls < this.#options.calls && this.#ready.length > 0 && !this.#failure) {
      this.#calls++
      this.#send(this.#batch())
        .catch((error: unknown) => {
          this.#failure = error instanceof Error ? error : new Error(String(error))
        })
        .finally(() => {
          this.#calls--
          this.#pump()
          this.#changed.resolve()
          this.#changed = Promise.withResolvers()
        })
    }
  }

  #batch(): Queue[] {
    let bytes = 0
    let count = 0
    for (const { records } of this.#ready) {
      bytes += sizeOf(records[0] as Outgoing)
      if (count === RECORDS_A_CALL || (bytes > BYTES_A_CALL && count > 0)) break
      count++
    }
    return this.#ready.splice(0, count)
  }

  async #send(batch: readonly Queue[]): Promise<void> {
    const refused = await this.#call(batch)
    const again: Queue[] = []
    let worst = 0
    batch.forEach((queue, i) => {
      const code = refused[i]
      if (code === undefined) {
        this.#arrived(queue)
        return
      }
      queue.refusals++
      this.sent.resent++
      worst = Math.max(worst, queue.refusals)
      again.push(queue)
      if (queue.refusals >= this.#options.attempts)
        throw new StreamThrottledError(
          `Stream ${this.#options.stream} refused a record of ${queue.key} ${queue.refusals} times (${code}); ${this.#waiting} records are not sent: send slower, or give the stream more shards.`,
        )
    })
    if (again.length === 0) return
    await sleep(this.#options.pause(worst), undefined, { signal: this.#options.signal, ref: true })
    this.#ready.push(...again)
  }

  /** Per record why it was refused, or undefined where it arrived. */
  async #call(batch: readonly Queue[]): Promise<(string | undefined)[]> {
    const { client, stream, signal } = this.#options
    const command = new PutRecordsCommand({
      StreamName: stream,
      Records: batch.map(({ key, records }) => {
        const [{ data, explicitHashKey }] = records as [Outgoing]
        return { PartitionKey: key, Data: data, ...(explicitHashKey && { ExplicitHashKey: explicitHashKey }) }
      }),
    })
    try {
      const { Records = [] } = await client.send(command, { ...(signal && { abortSignal: signal }) })
      return batch.map((_, i) =>
        Records[i]?.SequenceNumber ? undefined : (Records[i]?.ErrorCode ?? 'no answer'),
      )
    } catch (error) {
      if (isLater(error)) return batch.map(() => error.name)
      throw new SimulationError(
        `Stream ${stream} can't be written to; ${notSent(this.#waiting)}: ${withRemedy(error)}`,
        {
          cause: error,
        },
      )
    }
  }

  #arrived(queue: Queue): void {
    const record = queue.records.shift() as Outgoing
    queue.refusals = 0
    this.#waiting--
    this.sent.records++
    this.sent.events += record.events
    this.sent.bytes += record.data.byteLength
    if (queue.records.length > 0) this.#ready.push(queue)
    else this.#queues.delete(queue.key)
  }
}
