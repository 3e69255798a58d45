import { EVENT_TYPES } from '../../../catalog/events.ts'
import type { Measure } from '../../../stream/rules/measure.ts'
import { SECOND } from '../../../stream/rules/window.ts'
import { addDistinct, type Distinct, sizeOf, unionSize, type Value } from './distinct.ts'
import { type PreparedEvent, PURCHASE } from './prepared-event.ts'

/** What a measure keeps of a key in a pane: a count, a sum of cents, or distinct values. */
export type Slot = Distinct

const TYPES = EVENT_TYPES.length
/** All of them, where a measure does not say which. */
const ANY = 2 ** TYPES - 1

/** A measure as the engine computes it: from event to slot, and from the slots of a window's panes to the value. */
export class Measured {
  readonly kind: Measure['kind']
  readonly #measure: Measure
  /** One bit per event type that counts. */
  readonly #types: number
  readonly #centsAtMost: number | undefined
  /** Seconds of a pane times event types: how many actions a product can have there. */
  readonly #actionsPerProduct: number

  constructor(measure: Measure, slide: number) {
    this.kind = measure.kind
    this.#measure = measure
    const types = measure.only?.types
    this.#types = types ? types.reduce((bits, type) => bits | (1 << EVENT_TYPES.indexOf(type)), 0) : ANY
    this.#centsAtMost = measure.only?.centsAtMost
    this.#actionsPerProduct = (slide / SECOND) * TYPES
  }

  /** The slot once the event is in it. */
  add(slot: Slot, event: PreparedEvent): Slot {
    if ((this.#types & (1 << event.type)) === 0) return slot
    if (this.#centsAtMost !== undefined && (event.cents === null || event.cents > this.#centsAtMost))
      return slot
    const measure = this.#measure
    switch (measure.kind) {
      case 'events':
      case 'share':
        return ((slot as number | undefined) ?? 0) + 1
      case 'cost':
        return ((slot as bigint | undefined) ?? 0n) + BigInt(event.cents ?? 0)
      case 'actions':
        return addDistinct(slot, this.#action(event))
      case 'distinct': {
        const value = event.value(measure.column)
        return value === null ? slot : addDistinct(slot, value)
      }
    }
  }

  /** No value of these slots is more than this; the value itself for all but distinct values in several panes. */
  atMost(slots: readonly Slot[]): number {
    let sum = 0
    if (this.kind === 'actions' || this.kind === 'distinct') for (const slot of slots) sum += sizeOf(slot)
    else for (const slot of slots) sum += Number(slot ?? 0)
    return sum
  }

  /** The value of a window from its panes' slots; of a share the part only. */
  value(slots: readonly Slot[]): bigint {
    if (this.kind === 'distinct') return BigInt(unionSize(slots))
    if (this.kind === 'cost') return slots.reduce<bigint>((sum, slot) => sum + ((slot as bigint) ?? 0n), 0n)
    // Panes have no second in common, so none of their actions either.
    return BigInt(this.atMost(slots))
  }

  /** Distinct within a pane: (event type, product, second), the products of a purchase left out. As one number where it fits. */
  #action({ type, product, time }: PreparedEvent): Value {
    const perProduct = this.#actionsPerProduct
    const secondAndType = (Math.floor(time / SECOND) * TYPES + type) % perProduct
    if (type === PURCHASE) return -1 - secondAndType
    const code = typeof product === 'number' ? product * perProduct + secondAndType : Number.NaN
    return Number.isSafeInteger(code) ? code : `${product}/${secondAndType}`
  }
}
