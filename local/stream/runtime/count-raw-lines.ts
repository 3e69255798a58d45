import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { DeliveryConfig } from '../../firehose/delivery-config.ts'
import { parseSequenceNumber } from '../../kinesis/sequence-number.ts'
import type { Streams } from '../../kinesis/streams.ts'
import { linesOf, userRecords } from '../../kinesis/user-records.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { indexOf } from './shard-positions.ts'

const LINE_END = 10

interface RawLinesOptions {
  readonly objects: ObjectStore
  readonly streams: Streams
  readonly delivery: DeliveryConfig
  /** By shard: the record behind which to count; null: from the beginning on. */
  readonly base: Readonly<Record<string, string | null>>
}

/**
 * Lines of the raw zone that come from records of this stream behind a place in each shard. A job that is given up (`--anew`) leaves its place
 * in the middle of an object: of that one, the lines of the records before the place are taken off.
 */
export async function countRawLines({ objects, streams, delivery, base }: RawLinesOptions): Promise<number> {
  const { bucket, prefix, name } = delivery
  const [folder = ''] = prefix.split('!{')
  const listed = await objects.list(bucket, folder)
  const made = Math.floor(streams.describe(delivery.stream).created / 1000)
  const delivered = listed.objects.flatMap(({ key }) => {
    const file = key.slice(key.lastIndexOf('/') + 1)
    const [, shard = '', first = ''] = /-(shardId-\d+)-(\d+)\./.exec(file) ?? []
    // A raw zone that was copied here, to be replayed, has objects of another stream.
    const isOwn = file.startsWith(`${name}-shardId-`) && parseSequenceNumber(first).shardCreated === made
    return isOwn ? [{ key, shard, first }] : []
  })
  let count = 0
  for (const [shard, ofShard = []] of Object.entries(Object.groupBy(delivered, (one) => one.shard))) {
    const place = indexOf(base[shard] ?? null)
    const sorted = ofShard.toSorted((a, b) => indexOf(a.first) - indexOf(b.first))
    const behind = sorted.filter(({ first }) => indexOf(first) > place)
    for (const { key } of behind) count += await linesIn(objects, bucket, key)
    const around = sorted[sorted.length - behind.length - 1]
    if (around === undefined) continue
    const before = linesUpTo(streams, delivery.stream, { shard, first: around.first, place })
    if (before !== undefined) count += (await linesIn(objects, bucket, around.key)) - before
  }
  return count
}

async function linesIn(objects: ObjectStore, bucket: string, key: string): Promise<number> {
  let count = 0
  await pipeline(await objects.read(bucket, key), createGunzip(), async (chunks) => {
    for await (const chunk of chunks)
      for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) count++
  })
  return count
}

interface Range {
  readonly shard: string
  /** Sequence number of the first record. */
  readonly first: string
  /** Index of the last one. */
  readonly place: number
}

/** Lines that records of a shard are; undefined where the stream has them no more: an object that old holds nothing behind the place. */
function linesUpTo(streams: Streams, stream: string, { shard, first, place }: Range): number | undefined {
  const start = { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: first } as const
  let iterator = streams.iterator(stream, Number(shard.slice('shardId-'.length)), start)
  let lines = 0
  for (let isFirst = true; ; isFirst = false) {
    const { records, next } = streams.read(iterator)
    if (isFirst && records[0]?.sequenceNumber !== first) return undefined
    for (const record of records) {
      if (indexOf(record.sequenceNumber) > place) return lines
      for (const data of userRecords(record)) lines += linesOf(data)
    }
    if (records.length === 0) return lines
    iterator = next
  }
}
