import { DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { z } from 'zod'
import { CONTROL_TABLE } from '../../../catalog/control-table.ts'
import { SEVERITIES } from '../../../catalog/stream.ts'

const whole = z.string().transform(BigInt)
const milliseconds = z.string().transform(Number)
const severity = z.enum(SEVERITIES)

const alert = z.object({
  record: z.literal('alert'),
  id: z.string(),
  rule: z.string(),
  key_column: z.string(),
  key_value: z.string(),
  window_start_ms: milliseconds,
  window_end_ms: milliseconds,
  measure: z.string(),
  measure_value: whole,
  severity,
  recorded_at: z.string(),
})
const incident = z.object({
  record: z.literal('incident'),
  rule: z.string(),
  key_column: z.string(),
  key_value: z.string(),
  since: milliseconds,
  until: milliseconds,
  [CONTROL_TABLE.incidentSeverity]: severity,
  peak: whole,
  told: severity.nullable(),
})
const item = z.discriminatedUnion('record', [alert, incident])

/** An alert or an incident as it lies in the table; times are milliseconds since 1970. */
export type ControlRecord = z.output<typeof item>
export type RecordedAlert = Extract<ControlRecord, { record: 'alert' }>
export type RecordedIncident = Extract<ControlRecord, { record: 'incident' }>

interface Table {
  readonly endpoint: string
  readonly region: string
  readonly name: string
}

/** All of a control table of this machine. */
export async function controlRecords({ endpoint, region, name }: Table): Promise<ControlRecord[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new DynamoDBClient({ endpoint, region, credentials })
  const records: ControlRecord[] = []
  try {
    let from: ScanCommandOutput['LastEvaluatedKey']
    do {
      const page = await client.send(
        new ScanCommand({ TableName: name, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
      )
      for (const one of page.Items ?? [])
        records.push(item.parse(unmarshall(one, { wrapNumbers: (text) => text })))
      from = page.LastEvaluatedKey
    } while (from)
  } finally {
    client.destroy()
  }
  return records
}
