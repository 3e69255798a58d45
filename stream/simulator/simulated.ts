import type { EventType } from '../../catalog/events.ts'
import { timestampText } from '../timestamp.ts'
import type { Product, Random, SimulatedEvent } from './simulated-event.ts'

interface Simulated {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly type: EventType
  readonly product: Product
  readonly user: bigint
  readonly session: string | null
}

export const simulated = ({ time, type, product, user, session }: Simulated): SimulatedEvent => ({
  ...product,
  event_time: timestampText(Math.floor(time / 1000) * 1000),
  event_type: type,
  user_id: user,
  user_session: session,
  time,
})

const HEX = 16

/** A version 4 UUID. */
export function sessionId(random: Random): string {
  const digits = Array.from({ length: 32 }, () => random.below(HEX).toString(HEX))
  digits[12] = '4'
  digits[16] = (8 + random.below(4)).toString(HEX)
  const text = digits.join('')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  )
}

/** Injected users have ids beside those of the data set, which lie between 0.2 and 0.7 billion. */
export const injectedUser = (random: Random): bigint => 900_000_000n + BigInt(random.below(99_999_999))

/** Times from `from` on, one every `every` milliseconds give or take a fifth, as long as `lasting`. */
export function times(random: Random, a: { from: number; every: number; lasting: number }): number[] {
  const found: number[] = []
  const spread = Math.max(1, Math.floor(a.every * 0.4))
  for (let at = 0; at < a.lasting; at += a.every)
    found.push(Math.floor(a.from + at + a.every * 0.3 + random.below(spread)))
  return found
}

/** So many products, one after the other, from a place that chance chose; from the beginning again where there are fewer. */
export function someProducts(random: Random, products: readonly Product[], count: number): Product[] {
  const first = random.below(products.length)
  return Array.from({ length: count }, (_, i) => products[(first + i) % products.length] as Product)
}
