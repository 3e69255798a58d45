import { createHash } from 'node:crypto'
import kinesisAggregation from 'aws-kinesis-agg'
import type { Outgoing, Sender, Sent } from './outgoing.ts'

interface UserRecord {
  readonly partitionKey: string
  readonly explicitHashKey: string
  readonly data: Buffer
}

/** What the package's own types leave out. */
interface RecordAggregator {
  addUserRecord(record: UserRecord): void
  checkIfUserRecordFits(record: UserRecord): boolean
  length(): number
  build(): { readonly data: Buffer }
}
const { RecordAggregator } = kinesisAggregation as unknown as { RecordAggregator: new () => RecordAggregator }

const BUCKET_BITS = 4n
const HASH_BITS = 128n

/** Keys whose hash begins alike: an equal part of the stream's range, and so one shard each. */
const bucketOf = (key: string): number =>
  (createHash('md5').update(key).digest()[0] as number) >> Number(8n - BUCKET_BITS)
const hashKeyOf = (bucket: number): string => String(BigInt(bucket) << (HASH_BITS - BUCKET_BITS))

/**
 * Packs many events into one Kinesis record as the KPL does, so that a shard's limit of records a second is no limit of events.
 * Keys are packed by their part of the hash range, and a part goes to one shard: the order per key stays.
 */
export class AggregatingSender implements Sender {
  readonly #inner: Sender

  constructor(inner: Sender) {
    this.#inner = inner
  }

  get sent(): Sent {
    return this.#inner.sent
  }

  /** What is put together is packed together; nothing waits for a later call. */
  async put(records: readonly Outgoing[]): Promise<void> {
    const buckets = Map.groupBy(records, ({ key }) => bucketOf(key))
    await this.#inner.put(Array.from(buckets, ([bucket, all]) => packed(bucket, all)).flat())
  }

  async flush(): Promise<void> {
    await this.#inner.flush()
  }
}

function packed(bucket: number, records: readonly Outgoing[]): Outgoing[] {
  const aggregator = new RecordAggregator()
  const explicitHashKey = hashKeyOf(bucket)
  const made: Outgoing[] = []
  const close = () => {
    const events = aggregator.length()
    if (events > 0)
      made.push({ key: `bucket-${bucket}`, explicitHashKey, data: aggregator.build().data, events })
  }
  for (const { key, data } of records) {
    // Consumers that leave out what lies outside their shard go by the hash key of the part.
    const record = { partitionKey: key, explicitHashKey, data: Buffer.from(data) }
    if (!aggregator.checkIfUserRecordFits(record)) close()
    aggregator.addUserRecord(record)
  }
  close()
  return made
}
