import { expressionBuilder } from 'kysely'
import type { EventType, userActivity } from '../catalog/events.ts'
import type { DatabaseOf } from '../catalog/table.ts'
import { money } from './money.ts'

const eb = expressionBuilder<DatabaseOf<typeof userActivity>, 'user_activity'>()

/** How many of a group's events are of this type. */
export const eventsOf = (type: EventType) => eb.fn.countAll<bigint>().filterWhere('event_type', '=', type)

/** What a group's purchases brought in; one without price brings nothing. */
export const revenue = () =>
  money(eb.fn.sum<string | null>('price').filterWhere('event_type', '=', 'purchase'))

/** The measures of sales, in the order in which every view of sales has them. */
export const salesMeasures = () => [
  eventsOf('view').as('views'),
  eventsOf('cart').as('carts'),
  eventsOf('purchase').as('purchases'),
  revenue().as('revenue'),
]
