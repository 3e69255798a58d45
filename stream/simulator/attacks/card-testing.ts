import { MINUTE, SECOND } from '../../rules/window.ts'
import { injectedUser, sessionId, simulated, someProducts, times } from '../simulated.ts'
import type { Product } from '../simulated-event.ts'
import { attack, type MakeAttack } from './attack-options.ts'

const PRICES = ['0.50', '0.99', '1.00', '1.49', '2.00'] as const

/** One user who buys something for next to nothing every fifteen seconds for six minutes: one card after the other. */
export const cardTesting: MakeAttack = ({ from, random, products }) => {
  const [user, session] = [injectedUser(random), sessionId(random)]
  const events = times(random, { from, every: 15 * SECOND, lasting: 6 * MINUTE }).map((time) => {
    const product = someProducts(random, products, 1)[0] as Product
    const price = PRICES[random.below(PRICES.length)] as string
    return simulated({ time, type: 'purchase', product: { ...product, price }, user, session })
  })
  return attack('card-testing', { users: [user], events })
}
