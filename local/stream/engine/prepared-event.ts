import { EVENT_TYPES } from '../../../catalog/events.ts'
import type { StreamEvent } from '../../../stream/events.ts'
import type { DistinctColumn } from '../../../stream/rules/measure.ts'
import type { KeyColumn } from '../../../stream/rules/rule.ts'
import { toValue, type Value } from './distinct.ts'

export const ALL = 'all'
export const PURCHASE = EVENT_TYPES.indexOf('purchase')

/** An event with what the rules ask of it, worked out once. One object serves all events, one after the other. */
export class PreparedEvent {
  time = 0
  /** Place of its type in EVENT_TYPES. */
  type = 0
  user: Value = 0
  product: Value = 0
  category: Value = 0
  session: string | null = null
  #price: string | null = null
  #cents: number | null | undefined

  load(event: StreamEvent): void {
    this.time = event.time
    this.type = EVENT_TYPES.indexOf(event.event_type)
    this.user = toValue(event.user_id)
    this.product = toValue(event.product_id)
    this.category = toValue(event.category_id)
    this.session = event.user_session
    this.#price = event.price
    this.#cents = undefined
  }

  /** The price in cents: DECIMAL(10,2) has ten digits, which a number holds exactly. */
  get cents(): number | null {
    if (this.#cents === undefined)
      this.#cents = this.#price === null ? null : Number(this.#price.replace('.', ''))
    return this.#cents
  }

  key(column: KeyColumn): Value {
    if (column === 'user_id') return this.user
    if (column === 'product_id') return this.product
    return column === 'category_id' ? this.category : ALL
  }

  value(column: DistinctColumn): Value | null {
    if (column === 'user_session') return this.session
    return column === 'user_id' ? this.user : this.product
  }
}
