import type { Attack } from '../../rules/attack.ts'
import type { Injection, Label, Product, Random, SimulatedEvent } from '../simulated-event.ts'

export interface AttackOptions {
  /** When it begins, in milliseconds since 1970. */
  readonly from: number
  readonly random: Random
  /** What the shop sells. */
  readonly products: readonly Product[]
  /** Of the honest traffic: what has to be many is many against it. */
  readonly eventsPerSecond: number
}

export type MakeAttack = (options: AttackOptions) => Injection

interface Attacked {
  readonly users: readonly bigint[]
  readonly product?: Product
  readonly events: readonly SimulatedEvent[]
}

export function attack(name: Attack, { users, product, events }: Attacked): Injection {
  const label: Label = {
    kind: 'attack',
    name,
    users,
    products: product ? [product.product_id] : [],
    categories: product ? [product.category_id] : [],
  }
  return { label, events: events.map((event) => ({ ...event, label })) }
}
