import {
  GAP_SECONDS,
  LONGEST_PAUSE_SECONDS,
  MEAN_EVENTS_PER_SESSION,
  RESUMED_SESSIONS,
} from '../../generate/calibration.ts'
import { Quantiles } from '../../generate/quantiles.ts'
import { Draws, keyOf, mix, threshold } from '../../generate/random.ts'
import { SessionLengths } from '../../generate/session-lengths.ts'
import { SessionScript } from '../../generate/session-script.ts'
import { Visitors } from '../../generate/visitors.ts'
import type { Shop } from './shop.ts'

/** What a session does, `after` seconds from its beginning. */
export interface Step {
  readonly after: number
  /** 0 view, 1 cart, 2 purchase. */
  readonly type: number
  readonly product: number
}

export interface Session {
  readonly user: number
  readonly key: number
  readonly steps: readonly Step[]
}

/** What visitors are drawn to: products by their numbers, and the share of what they would have looked at otherwise. */
export interface Promoted {
  readonly products: readonly number[]
  readonly share: number
}

/** A product that a session came for, or the promoted one that it takes in its place: to look at, and to buy. */
function drawnTo({ products, share }: Promoted, session: number, product: number): number {
  const draw = mix(session ^ Math.imul(product, 0x9e3779b9))
  return draw < threshold(share) ? (products[draw % products.length] as number) : product
}

/** Long sessions are quick ones, as in the generated months. */
const QUICK_FROM = 9

/** Honest sessions, one after the other: the n-th is the same whenever it is made. */
export class Sessions {
  readonly #key: number
  readonly #draws = new Draws()
  readonly #gaps = new Quantiles(GAP_SECONDS)
  readonly #resumed = threshold(RESUMED_SESSIONS)
  readonly #lengths: SessionLengths
  readonly #script: SessionScript
  readonly #visitors: Visitors
  #browsing = 0
  #buying = 0

  constructor(a: {
    readonly seed: number
    readonly month: string
    readonly eventsOfMonth: number
    readonly shop: Shop
  }) {
    this.#key = keyOf(a.seed, 'traffic', a.month)
    this.#lengths = new SessionLengths(keyOf(this.#key, 'lengths'))
    this.#script = new SessionScript(a.shop.catalogue, this.#draws, a.shop.figures, a.shop.funnel)
    const sessions = Math.ceil(a.eventsOfMonth / MEAN_EVENTS_PER_SESSION)
    this.#visitors = new Visitors(keyOf(this.#key, 'visitors'), a.month, sessions)
  }

  /** The n-th session. `readiness`: how much likelier than on average it buys. `promoted`: what its views may be drawn to. */
  make(n: number, readiness: number, promoted?: Promoted): Session {
    const draws = this.#draws
    const key = mix(n ^ this.#key) ^ Math.imul(n, 0x85ebca6b)
    draws.reset(key)
    const length = this.#lengths.at(n)
    const intent = this.#script.intentOf(length, readiness)
    this.#script.write(length, intent)
    const user =
      intent === 'buy' ? this.#visitors.buying(this.#buying++) : this.#visitors.browsing(this.#browsing++)
    const { types, products } = this.#script
    const pauseBefore = length > 1 && draws.next() < this.#resumed ? draws.below(length - 1) + 1 : 0
    const pace = length > QUICK_FROM ? QUICK_FROM / length : 1
    let after = 0
    const steps = Array.from({ length }, (_, i): Step => {
      const gap = Math.floor(this.#gaps.at(draws.next() / 2 ** 32) * pace) + 1
      if (i > 0) after += i === pauseBefore ? draws.below(LONGEST_PAUSE_SECONDS) : gap
      const product = products[i] as number
      return {
        after,
        type: types[i] as number,
        product: promoted ? drawnTo(promoted, key, product) : product,
      }
    })
    return { user, key, steps }
  }
}
