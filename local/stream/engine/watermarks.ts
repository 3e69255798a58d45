/** What is known of a shard's time. */
interface ShardTime {
  /** The latest event's time, less the out-of-orderness and a millisecond: no event before it is expected. */
  watermark: number
  /** The last time at which it was seen to have given events. */
  activeAt: number | undefined
  active: boolean
  idle: boolean
  /** It reads again what it had read before a restart: until it is done, time stands still. */
  rebuilding: boolean
}

const NONE = Number.NEGATIVE_INFINITY

/**
 * Watermarks per shard and their minimum, as Flink combines those of a source's splits: a shard without events for a while is
 * idle and does not count; where all are idle the watermark stays; it never goes back.
 */
export class Watermarks {
  readonly #lag: number
  readonly #idleAfter: number
  readonly #shards = new Map<string, ShardTime>()
  #combined: number

  constructor(a: {
    readonly outOfOrderness: number
    readonly idleAfter: number
    readonly watermark?: number
  }) {
    this.#lag = a.outOfOrderness + 1
    this.#idleAfter = a.idleAfter
    this.#combined = a.watermark ?? NONE
  }

  /** No window up to here is open. */
  get combined(): number {
    return this.#combined
  }

  add(shard: string, a: { readonly watermark?: number; readonly rebuilding?: boolean } = {}): void {
    this.#shards.set(shard, {
      watermark: a.watermark ?? NONE,
      activeAt: undefined,
      active: true,
      idle: false,
      rebuilding: a.rebuilding ?? false,
    })
  }

  /** A shard that was closed and read to its end holds nobody any more. True where the watermark went on. */
  remove(shard: string): boolean {
    this.#shards.delete(shard)
    return this.#combine()
  }

  of(shard: string): number {
    return this.#shard(shard).watermark
  }

  /** An event was read. True where the combined watermark went on. */
  saw(shard: string, time: number): boolean {
    const at = this.#shard(shard)
    const { idle, watermark } = at
    at.active = true
    at.idle = false
    at.watermark = Math.max(watermark, time - this.#lag)
    // Only the shard that is furthest behind holds the others; and one that comes back may be the only one that is not idle.
    return idle || (watermark <= this.#combined && at.watermark > watermark) ? this.#combine() : false
  }

  /** The shard has read again all that it had read before the restart. True where the combined watermark went on. */
  rebuilt(shard: string): boolean {
    this.#shard(shard).rebuilding = false
    return this.#combine()
  }

  /** Looks at the clock, in milliseconds: who gave nothing for too long is idle. True where the combined watermark went on. */
  tick(now: number): boolean {
    let changed = false
    for (const shard of this.#shards.values()) {
      if (shard.active || shard.rebuilding || shard.activeAt === undefined) {
        shard.activeAt = now
        shard.active = false
      } else if (!shard.idle && now - shard.activeAt > this.#idleAfter) {
        shard.idle = true
        changed = true
      }
    }
    return changed && this.#combine()
  }

  #shard(id: string): ShardTime {
    const shard = this.#shards.get(id)
    if (!shard) throw new RangeError(`Shard ${id} is not read here: add it first.`)
    return shard
  }

  #combine(): boolean {
    let lowest = Number.POSITIVE_INFINITY
    for (const { idle, watermark, rebuilding } of this.#shards.values()) {
      if (rebuilding) return false
      if (!idle) lowest = Math.min(lowest, watermark)
    }
    if (lowest === Number.POSITIVE_INFINITY || lowest <= this.#combined) return false
    this.#combined = lowest
    return true
  }
}
