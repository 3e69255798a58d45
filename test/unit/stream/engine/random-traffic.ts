import { EVENT_TYPES } from '../../../../catalog/events.ts'
import { Draws } from '../../../../local/generate/random.ts'
import { MINUTE, SECOND } from '../../../../stream/rules/window.ts'
import { streamEvent } from '../stream-event.ts'
import type { Taken } from './reference.ts'

/**
 * Dense random traffic of few users and products on some shards, each shard mostly in order: some events are late within the
 * watermark's lag, a few beyond it, and shards run apart.
 */
export function randomTraffic(
  seed: number,
  { events = 600, shards = ['a', 'b'], span = 20 * MINUTE } = {},
): Taken[] {
  const draws = new Draws()
  draws.reset(seed)
  const pick = <T>(from: readonly T[]): T => from[draws.below(from.length)] as T
  const clocks = new Map(shards.map((shard) => [shard, draws.below(MINUTE)]))
  const step = (2 * span * shards.length) / events
  return Array.from({ length: events }, () => {
    const shard = pick(shards)
    const clock = (clocks.get(shard) as number) + draws.below(step)
    clocks.set(shard, clock)
    const delay = draws.below(8) === 0 ? draws.below(draws.below(4) === 0 ? 8 * MINUTE : 10 * SECOND) : 0
    return {
      shard,
      event: streamEvent({
        at: Math.max(0, clock - delay),
        event_type: pick(EVENT_TYPES),
        user_id: BigInt(draws.below(4)) + (draws.below(2) === 0 ? 0n : 2n ** 62n),
        product_id: BigInt(draws.below(12)) + (draws.below(5) === 0 ? 2n ** 60n : 0n),
        category_id: 2053013555631882655n + BigInt(draws.below(3)),
        user_session: pick([null, 'a', 'b', 'c', 'd', 'e']),
        price: pick([null, '0.00', '4.99', '5.00', '5.01', '2574.07']),
      }),
    }
  })
}
