import { MINUTE, SECOND } from '../../rules/window.ts'
import { injectedUser, sessionId, simulated, someProducts, times } from '../simulated.ts'
import type { Product } from '../simulated-event.ts'
import { attack, type MakeAttack } from './attack-options.ts'

/** One user with another session for every event, one in nine seconds for six minutes. */
export const sessionHopping: MakeAttack = ({ from, random, products }) => {
  const user = injectedUser(random)
  const events = times(random, { from, every: 9 * SECOND, lasting: 6 * MINUTE }).map((time) =>
    simulated({
      time,
      type: 'view',
      product: someProducts(random, products, 1)[0] as Product,
      user,
      session: sessionId(random),
    }),
  )
  return attack('session-hopping', { users: [user], events })
}
