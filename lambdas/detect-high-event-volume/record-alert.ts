import { PublishCommand } from '@aws-sdk/client-sns'
import type { Finding } from '../../stream/findings.ts'
import { sns } from '../shared/clients.ts'
import { findIncident, finishAlert, putAlert, putIncident, type StoredIncident } from './control-table.ts'
import type { DetectEnvironment } from './environment.ts'
import { belongsTo, type Incident, mustTell, openedBy, withAlert } from './incident.ts'
import { messageOf } from './message-of.ts'

/** Writers of one incident that come to blows are few: alerts of a key are in one shard. */
const ATTEMPTS = 5

export interface Recorded {
  /** False for a duplicate, a retry or a replay. */
  readonly isNew: boolean
  readonly told: boolean
}

type Change = (stored: StoredIncident | undefined) => Incident

/** Changes the incident of an alert as it stands at that moment. */
async function change(table: string, alert: Finding, by: Change, now: number): Promise<StoredIncident> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await findIncident(table, alert)
    const stored = found && belongsTo(found, alert) ? found : undefined
    const incident = by(stored)
    const revision = stored?.revision ?? 0
    if (await putIncident(table, incident, revision, now)) return { ...incident, revision: revision + 1 }
  }
  throw new Error(`the incident of ${alert.id} was changed by others ${ATTEMPTS} times while it was written`)
}

/**
 * Brings an alert to its end: recorded, in its incident, told of where it has to be. Each step is safe to do again, and the
 * alert is marked as done last: what fails half-way is taken up by the retry, what is done is not done twice. Only an end
 * between telling and noting that it was told lets the retry tell again: better twice than never.
 */
export async function recordAlert(
  { table, topicArn }: DetectEnvironment,
  alert: Finding,
  now: number,
): Promise<Recorded> {
  if (!(await putAlert(table, alert, now))) return { isNew: false, told: false }
  const fold: Change = (stored) => (stored ? withAlert(stored, alert) : openedBy(alert))
  const incident = await change(table, alert, fold, now)
  const tells = mustTell(incident)
  if (tells) {
    const { subject, message } = messageOf(incident, alert, table)
    await sns().send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }))
    await change(table, alert, (stored) => ({ ...fold(stored), told: incident.severity }), now)
  }
  await finishAlert(table, alert)
  return { isNew: true, told: tells }
}
