import { MINUTE, SECOND } from '../../rules/window.ts'
import { injectedUser, sessionId, simulated, someProducts, times } from '../simulated.ts'
import type { Injection, Label, Product, Random } from '../simulated-event.ts'

const USERS = 12
const LASTING = 20 * MINUTE
const BUYS_EVERY = 40

interface SharedOptions {
  readonly from: number
  readonly random: Random
  readonly products: readonly Product[]
}

/** An office behind one proxy: a dozen honest users in one session, each with something to do every fifteen seconds. */
export function sharedSession({ from, random, products }: SharedOptions): Injection {
  const session = sessionId(random)
  const users = Array.from({ length: USERS }, () => injectedUser(random))
  const label: Label = { kind: 'hard-case', name: 'shared-session', users, products: [], categories: [] }
  const events = users
    .flatMap((user) => {
      let product = someProducts(random, products, 1)[0] as Product
      return times(random, { from: from + random.below(MINUTE), every: 15 * SECOND, lasting: LASTING }).map(
        (time, i) => {
          // Two views of a thing, then another: a person compares.
          if (i % 2 === 0) product = someProducts(random, products, 1)[0] as Product
          const type = i % BUYS_EVERY === BUYS_EVERY - 1 ? 'purchase' : i % 8 === 7 ? 'cart' : 'view'
          return { ...simulated({ time, type, product, user, session }), label }
        },
      )
    })
    .toSorted((a, b) => a.time - b.time)
  return { label, events }
}
