import { MINUTE, SECOND } from '../../rules/window.ts'
import { injectedUser, sessionId, simulated, someProducts, times } from '../simulated.ts'
import type { Product } from '../simulated-event.ts'
import { attack, type MakeAttack } from './attack-options.ts'

/** One user who puts another product into the cart every four seconds for six minutes, and buys nothing. */
export const cartStuffing: MakeAttack = ({ from, random, products }) => {
  const [user, session] = [injectedUser(random), sessionId(random)]
  const at = times(random, { from, every: 4 * SECOND, lasting: 6 * MINUTE })
  const taken = someProducts(random, products, at.length)
  const events = at.map((time, i) =>
    simulated({ time, type: 'cart', product: taken[i] as Product, user, session }),
  )
  return attack('cart-stuffing', { users: [user], events })
}
