import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { DeliveryConfig } from '../../firehose/delivery-config.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { indexOf } from './shard-positions.ts'

const LINE_END = 10

/**
 * Lines of the raw zone that come from records behind a place in each shard. Objects are counted whole: one that was written
 * before the place and holds records behind it would be missing, but jobs end with everything delivered.
 */
export async function countRawLines(
  objects: ObjectStore,
  { bucket, prefix, name }: DeliveryConfig,
  base: Readonly<Record<string, string | null>>,
): Promise<number> {
  const [folder = ''] = prefix.split('!{')
  const listed = await objects.list(bucket, folder)
  let count = 0
  for (const { key } of listed.objects) {
    const file = key.slice(key.lastIndexOf('/') + 1)
    const [, shard = '', first = ''] = /-(shardId-\d+)-(\d+)\./.exec(file) ?? []
    if (!file.startsWith(`${name}-shardId-`) || indexOf(first) <= indexOf(base[shard] ?? null)) continue
    await pipeline(await objects.read(bucket, key), createGunzip(), async (chunks) => {
      for await (const chunk of chunks)
        for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) count++
    })
  }
  return count
}
