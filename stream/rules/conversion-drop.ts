import { distinct, PURCHASES } from './measure.ts'
import { trailingRule } from './rule.ts'
import { count, percent, span } from './spoken.ts'
import { HOUR, MINUTE, tumbling } from './window.ts'

/**
 * Sessions that buy among all sessions, of five minutes, against the hour before. Enough traffic to mean it: where ten or more
 * orders were to be expected, chance alone leaves none in one window of 22,000 (e^-10). Of the whole shop only: the traffic of a
 * category changes its kind with every advertisement.
 */
export const conversionDrop = trailingRule({
  id: 'conversion-drop',
  key: 'all',
  window: tumbling(5 * MINUTE),
  measures: { orders: distinct('user_session', PURCHASES), sessions: distinct('user_session') },
  part: 'orders',
  of: 'sessions',
  trailing: HOUR,
  windowsAtLeast: 4,
  expectedAtLeast: 10,
  thresholds: { high: 1000 },
  finds: [],
  tell: (alert) => ({
    happened: `The shop sells ${percent(alert.measure_value)} of what it sold before: ${count(alert.details.orders)} of ${count(alert.details.sessions)} sessions bought in ${span(alert)}.`,
    todo: 'Try to buy something. Look at the payment provider, the checkout and the last deployment; bots that only view lower the rate too.',
  }),
})
