import { distinct, events, share } from './measure.ts'
import { thresholdRule } from './rule.ts'
import { count, percent, span } from './spoken.ts'
import { SECOND, tumbling } from './window.ts'

/** As for products; the largest category has 27 % of honest traffic, more when it is advertised, so the shares lie higher. */
export const categoryFlood = thresholdRule({
  id: 'category-flood',
  key: 'category_id',
  window: tumbling(10 * SECOND),
  measures: { share: share(), events: events(), users: distinct('user_id') },
  judged: 'share',
  thresholds: { low: 5500, medium: 6500, high: 8000 },
  atLeast: { events: 100, users: 30 },
  finds: ['category-flood', 'product-flood'],
  tell: (alert) => ({
    happened: `Category ${alert.key_value} had ${percent(alert.measure_value)} of the traffic of ${span(alert)}: ${count(alert.details.events)} events of ${count(alert.details.users)} users.`,
    todo: "If it is advertised today, raise this rule's thresholds. Otherwise serve the category's pages from the cache, and limit requests to them.",
  }),
})
