import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { z } from 'zod'
import { CONTROL_TABLE as TABLE } from '../../catalog/control-table.ts'
import { SEVERITIES } from '../../catalog/stream.ts'
import type { Finding } from '../../stream/findings.ts'
import { dynamodb } from '../shared/clients.ts'
import { type Incident, QUIET_MS, severityOf, windowOf } from './incident.ts'

const number = z.union([z.number(), z.bigint()]).transform(Number)
const severity = z.enum(SEVERITIES)

const incidentItem = z.object({
  rule: z.string(),
  key_column: z.string(),
  key_value: z.string(),
  [TABLE.sortKey]: number,
  since: number,
  until: number,
  incident_severity: severity,
  peak: z.union([z.number(), z.bigint()]).transform(BigInt),
  peak_alert: z.string(),
  told: severity.nullable(),
  revision: number,
})

/** An incident as it lies in the table; `revision` grows with each change. */
export interface StoredIncident extends Incident {
  readonly revision: number
}

const expiresAt = (now: number): number => Math.floor(now / 1000) + TABLE.keepDays * 86_400

/** Exact: numbers beyond 2^53 come as bigint. */
const read = (item: Parameters<typeof unmarshall>[0]) =>
  unmarshall(item, {
    wrapNumbers: (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)),
  })

const isTaken = (error: unknown): boolean => error instanceof ConditionalCheckFailedException

const alertKey = (alert: Finding) => ({
  [TABLE.partitionKey]: TABLE.alertPartition(alert.rule, alert.key_value),
  [TABLE.sortKey]: windowOf(alert).start,
})

/** Records an alert; gives whether it is new, or was recorded before but not brought to its end. */
export async function putAlert(table: string, alert: Finding, now: number): Promise<boolean> {
  const { start, end } = windowOf(alert)
  const item = {
    ...alertKey(alert),
    ...alert,
    severity: severityOf(alert),
    window_start_ms: start,
    window_end_ms: end,
    state: 'new',
    recorded_at: new Date(now).toISOString(),
    [TABLE.expiry]: expiresAt(now),
  }
  try {
    await dynamodb().send(
      new PutItemCommand({
        TableName: table,
        Item: marshall(item, { removeUndefinedValues: true }),
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': TABLE.partitionKey },
      }),
    )
    return true
  } catch (error) {
    if (!isTaken(error)) throw error
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: marshall(alertKey(alert)), ConsistentRead: true }),
    )
    return Item?.state?.S === 'new'
  }
}

/** Says that everything about an alert is done. */
export async function finishAlert(table: string, alert: Finding): Promise<void> {
  await dynamodb().send(
    new UpdateItemCommand({
      TableName: table,
      Key: marshall(alertKey(alert)),
      UpdateExpression: 'SET #state = :done',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: marshall({ ':done': 'done' }),
    }),
  )
}

/** The incident of a rule and key that began last before the end of an alert's window, or undefined. */
export async function findIncident(table: string, alert: Finding): Promise<StoredIncident | undefined> {
  const { Items = [] } = await dynamodb().send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: '#key = :key AND #opened <= :end',
      ExpressionAttributeNames: { '#key': TABLE.partitionKey, '#opened': TABLE.sortKey },
      ExpressionAttributeValues: marshall({
        ':key': TABLE.incidentPartition(alert.rule, alert.key_value),
        ':end': windowOf(alert).end + QUIET_MS,
      }),
      ScanIndexForward: false,
      Limit: 1,
    }),
  )
  const [item] = Items
  if (!item) return undefined
  const stored = incidentItem.parse(read(item))
  return {
    rule: stored.rule,
    keyColumn: stored.key_column,
    keyValue: stored.key_value,
    opened: stored[TABLE.sortKey] as number,
    since: stored.since,
    until: stored.until,
    severity: stored.incident_severity,
    peak: stored.peak,
    peakAlert: stored.peak_alert,
    told: stored.told,
    revision: stored.revision,
  }
}

/** Writes an incident over the revision that was read, 0 for none; false where somebody else has written meanwhile. */
export async function putIncident(
  table: string,
  incident: Incident,
  revision: number,
  now: number,
): Promise<boolean> {
  const item = {
    [TABLE.partitionKey]: TABLE.incidentPartition(incident.rule, incident.keyValue),
    [TABLE.sortKey]: incident.opened,
    record: 'incident',
    rule: incident.rule,
    key_column: incident.keyColumn,
    key_value: incident.keyValue,
    since: incident.since,
    until: incident.until,
    [TABLE.incidentSeverity]: incident.severity,
    [TABLE.incidentSince]: incident.since,
    peak: incident.peak,
    peak_alert: incident.peakAlert,
    told: incident.told,
    revision: revision + 1,
    updated_at: new Date(now).toISOString(),
    [TABLE.expiry]: expiresAt(now),
  }
  try {
    await dynamodb().send(
      new PutItemCommand({
        TableName: table,
        Item: marshall(item),
        ...(revision === 0
          ? {
              ConditionExpression: 'attribute_not_exists(#key)',
              ExpressionAttributeNames: { '#key': TABLE.partitionKey },
            }
          : {
              ConditionExpression: '#revision = :revision',
              ExpressionAttributeNames: { '#revision': 'revision' },
              ExpressionAttributeValues: marshall({ ':revision': revision }),
            }),
      }),
    )
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}
