import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { shardId } from '../../../../../local/kinesis/hash-key.ts'
import { sequenceNumber } from '../../../../../local/kinesis/sequence-number.ts'
import { ObjectStore } from '../../../../../local/s3/object-store.ts'
import { countRawLines } from '../../../../../local/stream/runtime/count-raw-lines.ts'
import { temporaryFolder } from '../../temporary-platform.ts'
import { NAMES, openStreams, put } from './open-streams.ts'

const delivery = {
  name: 'delivery',
  stream: NAMES.events,
  bucket: 'raw',
  prefix: 'events/!{timestamp:yyyy}/',
  extension: '.json.gz',
  isGzip: true,
  hasDelimiter: true,
  intervalMs: 1000,
  bufferBytes: 1000,
  backupBucket: null,
}

/** Seven records of a shard, the second of two lines; delivered as four and three. */
async function delivered() {
  const { streams, store } = openStreams()
  const objects = new ObjectStore(temporaryFolder(), ['raw'])
  const texts = ['a', 'b\nb', 'c', 'd', 'e', 'f', 'g']
  put(streams, 7, ...texts)
  const shards = [0, 1].map(
    (shard) => streams.read(streams.iterator(NAMES.events, shard, { type: 'TRIM_HORIZON' })).records,
  )
  const shard = shards.findIndex(({ length }) => length > 0)
  const sequence = (shards[shard] ?? []).map(({ sequenceNumber }) => sequenceNumber)
  const deliver = (first: string | undefined, lines: readonly string[]) =>
    objects.put(
      'raw',
      `events/2019/delivery-${shardId(shard)}-${first}.json.gz`,
      gzipSync(lines.map((line) => `${line}\n`).join('')),
    )
  await deliver(sequence[0], texts.slice(0, 4))
  await deliver(sequence[4], texts.slice(4))
  const count = (base: string | null | undefined) =>
    countRawLines({ objects, streams, delivery, base: { [shardId(shard)]: base ?? null } })
  return { streams, store, objects, sequence, deliver, count }
}

describe('the lines of the raw zone behind a place', () => {
  it('are all where there is no place, and none at the end', async () => {
    const { count, sequence } = await delivered()
    expect(await count(null)).toBe(8)
    expect(await count(sequence[6])).toBe(0)
  })

  it('are counted by objects, and within the one that the place lies in', async () => {
    const { count, sequence } = await delivered()
    expect(await count(sequence[3])).toBe(3)
    expect(await count(sequence[1])).toBe(5)
    expect(await count(sequence[0])).toBe(7)
    expect(await count(sequence[5])).toBe(1)
  })

  it('are missing where the object that the place lies in lost one', async () => {
    const { count, sequence, deliver } = await delivered()
    await deliver(sequence[4], ['e', 'f'])
    expect(await count(sequence[4])).toBe(1)
  })

  it('are none of an object whose records the stream has no more', async () => {
    const { count, sequence, store } = await delivered()
    store.trim(NAMES.events, Date.now() + 1000)
    expect(await count(sequence[6])).toBe(0)
  })

  it('are none of other files, nor of a raw zone that was copied here', async () => {
    const { count, objects, deliver } = await delivered()
    const made = Math.floor(Date.now() / 1000) - 3600
    await deliver(sequenceNumber({ shard: 0, shardCreated: made, index: 9 }), ['of', 'another', 'stream'])
    await objects.put('raw', 'events/2019/by-hand.json.gz', gzipSync('x\n'))
    expect(await count(null)).toBe(8)
  })
})
