import { CARTS, cost, distinct, events } from './measure.ts'
import { thresholdRule } from './rule.ts'
import { count, money, span } from './spoken.ts'
import { hopping, MINUTE } from './window.ts'

/** Stock that is held in carts can't be sold. Products, not events: the real data has one cart line 78 times in a second. */
export const cartStuffing = thresholdRule({
  id: 'cart-stuffing',
  key: 'user_id',
  window: hopping(5 * MINUTE, MINUTE),
  measures: { products: distinct('product_id', CARTS), carts: events(CARTS), cost: cost(CARTS) },
  judged: 'products',
  thresholds: { low: 15, medium: 25, high: 60 },
  finds: ['cart-stuffing'],
  tell: (alert) => ({
    happened: `User ${alert.key_value} put ${count(alert.measure_value)} different products into the cart in ${span(alert)}, worth ${money(alert.details.cost)}, in ${count(alert.details.carts)} events.`,
    todo: "Release what the user's cart holds, and limit how many products a cart can reserve.",
  }),
})
