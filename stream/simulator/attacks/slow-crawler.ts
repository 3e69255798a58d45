import { MINUTE, SECOND } from '../../rules/window.ts'
import { injectedUser, sessionId, simulated, someProducts, times } from '../simulated.ts'
import type { Product } from '../simulated-event.ts'
import { attack, type MakeAttack } from './attack-options.ts'

/** One user who views another product every two and a half seconds for ten minutes: four in ten seconds, as a quick person would. */
export const slowCrawler: MakeAttack = ({ from, random, products }) => {
  const [user, session] = [injectedUser(random), sessionId(random)]
  const at = times(random, { from, every: 2.5 * SECOND, lasting: 10 * MINUTE })
  const seen = someProducts(random, products, at.length)
  const events = at.map((time, i) =>
    simulated({ time, type: 'view', product: seen[i] as Product, user, session }),
  )
  return attack('slow-crawler', { users: [user], events })
}
