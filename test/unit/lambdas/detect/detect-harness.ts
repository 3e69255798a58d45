import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { KinesisStreamEvent } from 'aws-lambda'
import { onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { CONTROL_TABLE } from '../../../../catalog/control-table.ts'
import { openDynamoDb } from '../../../../local/dynamodb/dynamodb.ts'
import { AwsError, Registry } from '../../../../local/registry.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { registerSnsActions } from '../../../../local/sns/actions.ts'
import { WireDoor } from '../../../../local/wire/door.ts'
import { type Finding, findingId, findingJson } from '../../../../stream/findings.ts'
import { timestampText } from '../../../../stream/timestamp.ts'

export const TABLE = 'ddb-ecommerce-tab-1'
const { partitionKey, sortKey, incidentSeverity, incidentSince, bySeverity } = CONTROL_TABLE

/** As the stack defines it. */
const table = {
  TableName: TABLE,
  KeySchema: [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    { AttributeName: sortKey, KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: partitionKey, AttributeType: 'S' },
    { AttributeName: sortKey, AttributeType: 'N' },
    { AttributeName: incidentSeverity, AttributeType: 'S' },
    { AttributeName: incidentSince, AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: bySeverity,
      KeySchema: [
        { AttributeName: incidentSeverity, KeyType: 'HASH' },
        { AttributeName: incidentSince, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
}

/** The services that the function calls: a table, a topic whose messages are files, both can be made to fail. */
export async function openServices() {
  const folder = mkdtempSync(join(tmpdir(), 'detect-'))
  const dynamo = await openDynamoDb({ region: 'us-east-1', tables: [table] })
  const registry = new Registry()
  const outbox = join(folder, 'outbox')
  registerSnsActions(registry, outbox, [])
  const door = new WireDoor(registry, new ObjectStore(folder, []), 'us-east-1')
  const snsEndpoint = await door.open()
  const client = new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  onTestFinished(async () => {
    client.destroy()
    await door.close()
    await dynamo[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SNS: snsEndpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_MAX_ATTEMPTS: '1',
    cloudwatch_namespace: 'ecommerce-namespace-1',
    cloudwatch_metric: 'ecomm-user-high-volume-events',
    dynamodb_control_table: TABLE,
    topic_arn: 'arn:aws:sns:us-east-1:000000000000:ecomm-user-high-severity-incidents',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const items = async () =>
    ((await client.send(new ScanCommand({ TableName: TABLE }))).Items ?? []).map((item) => unmarshall(item))
  return {
    messages: () => {
      try {
        const names = readdirSync(outbox).toSorted()
        return names.map(
          (name) =>
            JSON.parse(readFileSync(join(outbox, name), 'utf8')) as { Subject: string; Message: string },
        )
      } catch {
        return []
      }
    },
    alerts: async () => (await items()).filter(({ record }) => record === 'alert'),
    incidents: async () => (await items()).filter(({ record }) => record === 'incident'),
    bySeverity: async (severity: string) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: TABLE,
          IndexName: bySeverity,
          KeyConditionExpression: '#severity = :severity',
          ExpressionAttributeNames: { '#severity': incidentSeverity },
          ExpressionAttributeValues: { ':severity': { S: severity } },
        }),
      )
      return Items.map((item) => unmarshall(item))
    },
    /** Has the service refuse until it is called again with false. */
    refuse: (what: 'sns' | 'dynamodb', refuses: boolean) => {
      if (what === 'sns') {
        if (refuses)
          registry.register('sns', 'publish', z.unknown(), async () => {
            throw new AwsError('InternalFailure', 'SNS is away', 500)
          })
        else registerSnsActions(registry, outbox, [])
      } else vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', refuses ? 'http://127.0.0.1:9' : dynamo.endpoint)
    },
  }
}

const START = Date.UTC(2019, 9, 1)
export interface Given {
  readonly rule?: string
  readonly user?: bigint
  /** Seconds after midnight. */
  readonly at?: number
  readonly value?: bigint
  readonly severity?: 'low' | 'medium' | 'high'
}

/** An alert of the reference rule. */
export function alert({
  rule = 'high-event-volume',
  user = 7n,
  at = 0,
  value = 12n,
  severity = 'high',
}: Given = {}): Finding {
  const [start, end] = [START + at * 1000, START + (at + 10) * 1000]
  return {
    id: findingId(rule, String(user), start, end),
    record: 'alert',
    rule,
    key_column: 'user_id',
    key_value: String(user),
    window_start: timestampText(start),
    window_end: timestampText(end),
    measure: 'actions',
    measure_value: value,
    severity,
    threshold: severity === 'high' ? 10n : 5n,
    details: { events: value + 3n },
    user_id: user,
    num_actions_per_watermark: value,
  }
}

/** The event that Lambda makes of records; what is no text is sent as it is. */
export const eventOf = (...records: readonly (Finding | string | Uint8Array)[]): KinesisStreamEvent => ({
  Records: records.map((record, at) => ({
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'k',
      sequenceNumber: String(100 + at),
      data: Buffer.from(
        typeof record === 'string' || record instanceof Uint8Array ? record : findingJson(record),
      ).toString('base64'),
      approximateArrivalTimestamp: 0,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${100 + at}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/r',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
  })),
})
