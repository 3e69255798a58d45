import { MINUTE } from '../../rules/window.ts'
import { injectedUser, sessionId, simulated, someProducts, times } from '../simulated.ts'
import type { Injection, Label, Product, Random } from '../simulated-event.ts'

const LINES = 46
const COLLECTING = 25 * MINUTE

interface BasketOptions {
  /** When its user begins to look around; the order follows after 25 minutes. */
  readonly from: number
  readonly random: Random
  readonly products: readonly Product[]
  /** `different`: 46 products. `same`: 46 pieces of one. `cheap`: 46 things for next to nothing, as a cosmetics shop has them. */
  readonly of: 'different' | 'same' | 'cheap'
}

/**
 * An honest customer of the shop: looks, fills the cart, then orders 46 lines, which the shop writes in one second. A rule that
 * counts lines takes the best customers for attackers.
 */
export function bigBasket({ from, random, products, of }: BasketOptions): Injection {
  const [user, session] = [injectedUser(random), sessionId(random)]
  const [first] = someProducts(random, products, 1) as [Product]
  const chosen = someProducts(random, products, LINES).map((product) =>
    of === 'same' ? first : of === 'cheap' ? { ...product, price: '1.99' } : product,
  )
  const label: Label = {
    kind: 'hard-case',
    name: `${of}-basket`,
    users: [user],
    products: [],
    categories: [],
  }
  const at = times(random, { from, every: COLLECTING / LINES, lasting: COLLECTING })
  const collected = chosen.flatMap((product, i) => {
    const time = at[i] as number
    return [
      simulated({ time, type: 'view', product, user, session }),
      simulated({ time: time + 6000, type: 'cart', product, user, session }),
    ]
  })
  const ordered = Math.ceil((from + COLLECTING + MINUTE) / 1000) * 1000
  const order = chosen.map((product, i) =>
    simulated({ time: ordered + i * 20, type: 'purchase', product, user, session }),
  )
  return { label, events: [...collected, ...order].map((event) => ({ ...event, label })) }
}
