import { hash } from 'node:crypto'
import { AwsError } from '../registry.ts'

const SPACE = 1n << 128n

export const shardId = (shard: number): string => `shardId-${String(shard).padStart(12, '0')}`

/** The hash keys of a shard where the space is split evenly; both ends belong to it. */
export const hashKeyRange = (shard: number, shards: number): { start: bigint; end: bigint } => {
  const width = SPACE / BigInt(shards)
  return {
    start: width * BigInt(shard),
    end: shard === shards - 1 ? SPACE - 1n : width * BigInt(shard + 1) - 1n,
  }
}

const hashKeyOf = (partitionKey: string): bigint => BigInt(`0x${hash('md5', partitionKey)}`)

const explicit = (hashKey: string): bigint => {
  const value = BigInt(hashKey)
  if (value >= SPACE)
    throw new AwsError(
      'InvalidArgumentException',
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${hashKey}`,
    )
  return value
}

/** The shard that takes a record: by the MD5 of its partition key, or by the hash key that its sender gave. */
export const shardFor = (
  partitionKey: string,
  explicitHashKey: string | undefined,
  shards: number,
): number => {
  const key = explicitHashKey === undefined ? hashKeyOf(partitionKey) : explicit(explicitHashKey)
  return Math.min(shards - 1, Number(key / (SPACE / BigInt(shards))))
}
