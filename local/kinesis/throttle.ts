import { LIMITS } from './limits.ts'

interface Bucket {
  level: number
  at: number
}

export type ShardLimits = { readonly [name in keyof typeof LIMITS.shard]: number }

/**
 * A shard's throughput as token buckets of one second: what was not used then is lost. A request that is larger than a
 * second's share passes only when the bucket is full, as a single record of 1 MiB does on AWS.
 */
export class Throttle {
  readonly #limits: ShardLimits
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(limits: ShardLimits = LIMITS.shard, now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
  }

  /** Takes all of the amounts for a shard, or none: then the answer is false. */
  take(shard: string, amounts: Partial<Record<keyof ShardLimits, number>>): boolean {
    const wanted = (Object.entries(amounts) as [keyof ShardLimits, number][]).map(([name, amount]) => {
      const limit = this.#limits[name]
      const bucket = this.#filled(`${shard}/${name}`, limit)
      return { bucket, amount: Math.min(amount, limit) }
    })
    if (wanted.some(({ bucket, amount }) => bucket.level < amount)) return false
    for (const { bucket, amount } of wanted) bucket.level -= amount
    return true
  }

  #filled(name: string, limit: number): Bucket {
    const now = this.#now()
    const bucket = this.#buckets.get(name) ?? { level: limit, at: now }
    bucket.level = Math.min(limit, bucket.level + ((now - bucket.at) / 1000) * limit)
    bucket.at = now
    this.#buckets.set(name, bucket)
    return bucket
  }
}
