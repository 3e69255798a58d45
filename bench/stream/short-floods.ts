import type { Shop } from '../../local/stream/traffic/shop.ts'
import { simulated } from '../../stream/simulator/simulated.ts'
import type { Label, SimulatedEvent } from '../../stream/simulator/simulated-event.ts'

/** Views at one instant: more than twice what is high, so that it is found wherever a window cuts it. */
const VIEWS = 24
const FIRST_USER = 900_000_000n

/** Without end: every so many milliseconds another user who looks at many products at once. */
export function* shortFloods(a: { from: number; every: number; shop: Shop }): Generator<SimulatedEvent> {
  const { from, every, shop } = a
  const products = Array.from(shop.catalogue.active.subarray(0, VIEWS), (number) => shop.product(number))
  for (let n = 0; ; n++) {
    const user = FIRST_USER + BigInt(n)
    const label: Label = {
      kind: 'attack',
      name: 'single-user-flood',
      users: [user],
      products: [],
      categories: [],
    }
    const time = from + (n + 1) * every
    for (const product of products)
      yield { ...simulated({ time, type: 'view', product, user, session: `flood-${n}` }), label }
  }
}
