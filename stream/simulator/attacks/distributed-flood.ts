import type { Attack } from '../../rules/attack.ts'
import { MINUTE, SECOND } from '../../rules/window.ts'
import { injectedUser, sessionId, simulated, someProducts, times } from '../simulated.ts'
import type { Product, Random } from '../simulated-event.ts'
import { type AttackOptions, attack, type MakeAttack } from './attack-options.ts'

/** Honest traffic times this, in all; each user views once in seven seconds. */
const TIMES_THE_TRAFFIC = 4
const EVERY = 7 * SECOND
const LASTING = 3 * MINUTE
/** On an empty street too: 140 views in ten seconds, where the rules want a hundred events to speak of a share. */
const FEWEST_USERS = 100

const flood = (
  name: Attack,
  { from, random, eventsPerSecond }: AttackOptions,
  target: Product,
  next: (random: Random) => Product,
) => {
  const users = Math.max(FEWEST_USERS, Math.ceil((eventsPerSecond * TIMES_THE_TRAFFIC * EVERY) / SECOND))
  const bots = Array.from({ length: users }, () => ({
    user: injectedUser(random),
    session: sessionId(random),
  }))
  const events = bots
    .flatMap(({ user, session }) =>
      times(random, { from: from + random.below(EVERY), every: EVERY, lasting: LASTING }).map((time) =>
        simulated({ time, type: 'view', product: next(random), user, session }),
      ),
    )
    .toSorted((a, b) => a.time - b.time)
  return attack(name, { users: bots.map(({ user }) => user), product: target, events })
}

/** Many users, none of whom stands out, all on one product. */
export const productFlood: MakeAttack = (options) => {
  const target = someProducts(options.random, options.products, 1)[0] as Product
  return flood('product-flood', options, target, () => target)
}

/** The same on the products of one category. */
export const categoryFlood: MakeAttack = (options) => {
  const target = someProducts(options.random, options.products, 1)[0] as Product
  const same = options.products.filter(({ category_id }) => category_id === target.category_id)
  return flood('category-flood', options, target, (random) => same[random.below(same.length)] as Product)
}
