import type { StreamEvent } from '../events.ts'

/** An event before it is sent. `time` is its own, in milliseconds since 1970; what it carries as `txn_timestamp` is decided when it goes. */
export type SimulatedEvent = Omit<StreamEvent, 'txn_timestamp'> & {
  /** The label that it belongs to. Kept here and in the side file, never in what is sent. */
  readonly label?: Label
}

/** What a product brings into an event. */
export type Product = Pick<StreamEvent, 'product_id' | 'category_id' | 'category_code' | 'brand' | 'price'>

/** Chance, from a seed: a whole number from 0 to below the bound. */
export interface Random {
  below(bound: number): number
}

/** What was put into the traffic, for whoever judges detection. */
export interface Label {
  readonly kind: 'attack' | 'hard-case'
  /** An attack of `rules/attack.ts`, or a hard case. */
  readonly name: string
  /** Of these the rules may tell: an alert about any of them while it lasts is about this. */
  readonly users: readonly bigint[]
  readonly products: readonly bigint[]
  readonly categories: readonly bigint[]
}

/** A label with its events, in the order of their time. */
export interface Injection {
  readonly label: Label
  readonly events: readonly SimulatedEvent[]
}
