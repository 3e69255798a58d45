import type { Finding } from '../../stream/findings.ts'
import { RULES } from '../../stream/rules/index.ts'
import type { Rule } from '../../stream/rules/rule.ts'
import { type Notification, notification } from '../shared/notification.ts'
import type { Incident } from './incident.ts'

const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** What the person who is called reads: what happened, since when, how much, which rule, and what to do. */
export function messageOf(incident: Incident, alert: Finding): Notification {
  const rule: Rule | undefined = RULES.find(({ id }) => id === alert.rule)
  const told = rule?.tell(alert) ?? {
    happened: `${alert.measure} of ${alert.key_column} ${alert.key_value} was ${alert.measure_value}.`,
    todo: 'The rule is not in this deployment: look into the stream application, which has it.',
  }
  const subject = `${incident.severity.toUpperCase()}: ${incident.rule}, ${incident.keyColumn} ${incident.keyValue}`
  return notification(subject, [
    told.happened,
    '',
    `What to do: ${told.todo}`,
    '',
    `Severity:   ${incident.severity}${incident.told === null ? '' : ` (it was ${incident.told})`}`,
    `Since:      ${time(incident.since)}`,
    `Until:      ${time(incident.until)}, and it may go on`,
    `Measure:    ${alert.measure} ${alert.measure_value}, threshold ${alert.threshold ?? 'none'}, at most ${incident.peak} so far`,
    `Rule:       ${incident.rule}`,
    `Alert:      ${alert.id}`,
    '',
    'This is the only message about it, unless its severity rises. Further alerts are added to the incident.',
  ])
}
