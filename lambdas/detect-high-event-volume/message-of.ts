import { CONTROL_TABLE } from '../../catalog/control-table.ts'
import type { Finding } from '../../stream/findings.ts'
import { RULES } from '../../stream/rules/index.ts'
import type { Rule } from '../../stream/rules/rule.ts'
import { figure } from '../../stream/rules/spoken.ts'
import { type Notification, notification } from '../shared/notification.ts'
import type { Incident } from './incident.ts'

const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** What the person who is called reads: what happened, since when, how much, which rule, where, and what to do. */
export function messageOf(incident: Incident, alert: Finding, table: string): Notification {
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
    `Since:      ${time(incident.since)}, when the first window began in which it was seen`,
    `Until:      ${time(incident.until)}, and it may go on`,
    `Measure:    ${alert.measure} ${figure(rule, alert.measure_value)}, threshold ${alert.threshold === null ? 'none' : figure(rule, alert.threshold)}, the worst so far ${figure(rule, incident.peak)}`,
    `Rule:       ${incident.rule}`,
    `Alert:      ${alert.id}`,
    `Table:      ${table}`,
    '',
    'All of it, on one machine: npm run lake -- alerts --all',
    `On AWS: aws dynamodb query --table-name ${table} --key-condition-expression '${CONTROL_TABLE.partitionKey} = :k' --expression-attribute-values '{":k":{"S":"${CONTROL_TABLE.alertPartition(alert.rule, alert.key_value)}"}}'`,
    '',
    'This is the only message about it, unless its severity rises. Further alerts are added to the incident.',
  ])
}
