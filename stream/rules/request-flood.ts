import { actions, events } from './measure.ts'
import { thresholdRule } from './rule.ts'
import { count, span } from './spoken.ts'
import { SECOND, tumbling } from './window.ts'

/**
 * The same page asked for again and again: to `high-event-volume` that is one action a second, however often it is. The data set
 * has 78 lines of one cart event, and a basket has as many lines as products: neither comes near.
 */
export const requestFlood = thresholdRule({
  id: 'request-flood',
  key: 'user_id',
  window: tumbling(10 * SECOND),
  measures: { requests: events({ types: ['view', 'cart'] }), actions: actions() },
  judged: 'requests',
  thresholds: { medium: 300, high: 600 },
  finds: [],
  tell: (alert) => ({
    happened: `User ${alert.key_value} sent ${count(alert.measure_value)} requests in ${span(alert)}, and did ${count(alert.details.actions)} different things with them. A program does that.`,
    todo: 'Block the user or its addresses at the firewall. If a page of yours asks so often by itself, correct the page.',
  }),
})
