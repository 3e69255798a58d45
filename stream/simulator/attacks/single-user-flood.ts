import { MINUTE } from '../../rules/window.ts'
import { injectedUser, sessionId, simulated, someProducts, times } from '../simulated.ts'
import type { Product } from '../simulated-event.ts'
import { attack, type MakeAttack } from './attack-options.ts'

const VIEWED = 40
const CARTED = 3

/** One user, one session, twenty events a second for a minute: views, and now and then the same things into the cart. */
export const singleUserFlood: MakeAttack = ({ from, random, products }) => {
  const [user, session] = [injectedUser(random), sessionId(random)]
  const seen = someProducts(random, products, VIEWED)
  const events = times(random, { from, every: 50, lasting: MINUTE }).map((time, i) => {
    const type = i % 10 === 9 ? 'cart' : 'view'
    const product = seen[random.below(type === 'cart' ? CARTED : VIEWED)] as Product
    return simulated({ time, type, product, user, session })
  })
  return attack('single-user-flood', { users: [user], events })
}
