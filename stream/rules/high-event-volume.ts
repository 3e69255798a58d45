import { actions, events } from './measure.ts'
import { thresholdRule } from './rule.ts'
import { count, span } from './spoken.ts'
import { SECOND, tumbling } from './window.ts'

/** The rule of the reference architecture, with its numbers: more than 5 go to stream 2, more than 10 alarm. */
export const highEventVolume = thresholdRule({
  id: 'high-event-volume',
  key: 'user_id',
  window: tumbling(10 * SECOND),
  measures: { actions: actions(), events: events() },
  judged: 'actions',
  thresholds: { low: 5, high: 10 },
  finds: ['single-user-flood'],
  tell: (alert) => ({
    happened: `User ${alert.key_value} did ${count(alert.measure_value)} different things in ${span(alert)}, in ${count(alert.details.events)} events. A person does one or two.`,
    todo: 'Block the user or its addresses at the firewall if it goes on. If it is a monitor or a partner of yours, have it slow down.',
  }),
})
