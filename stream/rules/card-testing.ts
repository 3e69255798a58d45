import { actions, cost, events, type Only, PURCHASES } from './measure.ts'
import { thresholdRule } from './rule.ts'
import { count, money, span } from './spoken.ts'
import { hopping, MINUTE } from './window.ts'

/** Whoever tries stolen cards buys what costs next to nothing. */
const SMALL_CENTS = 500
const SMALL: Only = { ...PURCHASES, centsAtMost: SMALL_CENTS }

/** Orders, not lines: an honest basket with many cheap things is one order in one second. */
export const cardTesting = thresholdRule({
  id: 'card-testing',
  key: 'user_id',
  window: hopping(5 * MINUTE, MINUTE),
  measures: { orders: actions(SMALL), lines: events(SMALL), cost: cost(SMALL) },
  judged: 'orders',
  thresholds: { low: 2, medium: 4, high: 10 },
  finds: ['card-testing'],
  tell: (alert) => ({
    happened: `User ${alert.key_value} placed ${count(alert.measure_value)} orders of at most ${money(BigInt(SMALL_CENTS))} a line in ${span(alert)}, ${money(alert.details.cost)} in all.`,
    todo: "Hold the user's payments and tell your payment provider: the cards are probably stolen. Refund what went through.",
  }),
})
