import { distinct, events, share } from './measure.ts'
import { thresholdRule } from './rule.ts'
import { count, percent, span } from './spoken.ts'
import { SECOND, tumbling } from './window.ts'

/**
 * Many users at a person's pace each, so that none stands out, all on one product. A share rather than a count: on a day with
 * five times the traffic every product has five times its events, and none has another share.
 */
export const productFlood = thresholdRule({
  id: 'product-flood',
  key: 'product_id',
  window: tumbling(10 * SECOND),
  measures: { share: share(), events: events(), users: distinct('user_id') },
  judged: 'share',
  thresholds: { low: 1500, medium: 2500, high: 4000 },
  atLeast: { events: 100, users: 30 },
  finds: ['product-flood'],
  tell: (alert) => ({
    happened: `Product ${alert.key_value} had ${percent(alert.measure_value)} of the traffic of ${span(alert)}: ${count(alert.details.events)} events of ${count(alert.details.users)} users.`,
    todo: "If it is advertised today, raise this rule's thresholds. Otherwise serve the product's page from the cache, and limit requests to it.",
  }),
})
