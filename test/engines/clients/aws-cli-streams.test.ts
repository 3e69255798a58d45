import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTROL_TABLE } from '../../../catalog/control-table.ts'
import { names, openServedLake, type ServedLake } from './served-lake.ts'

const PROJECT = path.resolve(import.meta.dirname, '../../..')

describe('the AWS CLI and the streams of a served lake', () => {
  let lake: ServedLake
  beforeAll(async () => {
    lake = await openServedLake()
  })
  afterAll(() => lake?.close())

  const stream = ['--stream-name', names.eventStream]

  /** `lake stream` beside the server, as a process of its own. */
  async function runStream(...args: string[]): Promise<string> {
    const child = spawn(
      process.execPath,
      ['local/cli/main.ts', 'stream', '--lake', lake.root, '--memory', '1GB', ...args],
      { cwd: PROJECT },
    )
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    expect([code, err]).toEqual([0, ''])
    return out
  }

  it('lists and describes them, puts a record and gets it', async () => {
    const { StreamNames } = await lake.awsJson('kinesis', 'list-streams')
    expect(StreamNames).toContain(names.eventStream)
    const { StreamDescriptionSummary: summary } = await lake.awsJson(
      ...['kinesis', 'describe-stream-summary', ...stream],
    )
    expect(summary).toMatchObject({ StreamStatus: 'ACTIVE', OpenShardCount: 4, RetentionPeriodHours: 24 })

    const { ShardId, SequenceNumber } = await lake.awsJson(
      ...['kinesis', 'put-record', ...stream, '--partition-key', 'k', '--data', 'by hand'],
    )
    const { ShardIterator } = await lake.awsJson(
      ...['kinesis', 'get-shard-iterator', ...stream, '--shard-id', ShardId],
      ...['--shard-iterator-type', 'TRIM_HORIZON'],
    )
    const { Records } = await lake.awsJson(
      ...['kinesis', 'get-records', '--shard-iterator', ShardIterator, '--limit', '10'],
    )
    expect(Records).toMatchObject([
      { SequenceNumber, PartitionKey: 'k', Data: Buffer.from('by hand').toString('base64') },
    ])
  })

  it('reads the alerts that lake stream has recorded beside the server', async () => {
    // The record that was put by hand is the first of the job, and no event.
    const out = await runStream('--rate', '50/s', '--for', '3s', '--attack', 'single-user-flood@1s')
    expect(out).toMatch(/dead letters 1\b/)
    const { Items } = await lake.awsJson(
      ...['dynamodb', 'query', '--table-name', names.controlTable],
      ...['--index-name', CONTROL_TABLE.bySeverity],
      ...['--key-condition-expression', '#severity = :high'],
      ...['--expression-attribute-names', JSON.stringify({ '#severity': CONTROL_TABLE.incidentSeverity })],
      ...['--expression-attribute-values', JSON.stringify({ ':high': { S: 'high' } })],
    )
    expect(Items).toMatchObject([
      { record: { S: 'incident' }, rule: { S: 'high-event-volume' }, told: { S: 'high' } },
    ])
  })
})
