import { distinct, events } from './measure.ts'
import { thresholdRule } from './rule.ts'
import { count, span } from './spoken.ts'
import { hopping, MINUTE } from './window.ts'

/** A person has one session at a time, two with a telephone. Many users in one session, as in an office, is another thing. */
export const sessionHopping = thresholdRule({
  id: 'session-hopping',
  key: 'user_id',
  window: hopping(5 * MINUTE, MINUTE),
  measures: { sessions: distinct('user_session'), events: events() },
  judged: 'sessions',
  thresholds: { low: 3, medium: 5, high: 10 },
  finds: ['session-hopping'],
  tell: (alert) => ({
    happened: `User ${alert.key_value} was in ${count(alert.measure_value)} sessions in ${span(alert)}, with ${count(alert.details.events)} events.`,
    todo: "End the user's sessions and have the password changed: the account is in other hands, or in many.",
  }),
})
