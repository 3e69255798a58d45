import { expect, it } from 'vitest'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../../../../catalog/names.ts'
import { configurationOf } from '../../../../../infra/config.ts'
import type { Definitions, StreamResources } from '../../../../../local/executor/definition.ts'
import { loadDefinitions } from '../../../../../local/executor/load-definitions.ts'
import { streamParts } from '../../../../../local/stream/runtime/stream-parts.ts'
import { configuredRules } from '../../../../../stream/rules/settings.ts'

const names = namesOf(DEFAULT_DEPLOYMENT)
const definitions = await loadDefinitions(DEFAULT_DEPLOYMENT, {
  account: '000000000000',
  region: DEFAULT_DEPLOYMENT.region,
})
const changed = (change: Partial<StreamResources>): Definitions => ({
  ...definitions,
  stream: { ...(definitions.stream as StreamResources), ...change },
})

it('the path is made of what the stack has', () => {
  const { streams, mapping, delivery, tables, rules } = streamParts(definitions, names)
  expect(streams.map(({ name, mode, retentionHours }) => [name, mode, retentionHours])).toEqual([
    [names.eventStream, 'ON_DEMAND', 24],
    [names.findingStream, 'ON_DEMAND', 24],
    [names.deadLetterStream, 'ON_DEMAND', 168],
  ])
  expect(mapping).toMatchObject({ stream: names.findingStream, failureBucket: names.failuresBucket })
  expect(delivery).toMatchObject({ bucket: names.rawBucket, backupBucket: names.backupBucket })
  expect(tables).toHaveLength(1)
  // The thresholds are those that Flink would get.
  expect(rules).toEqual(configuredRules(configurationOf('dev').detection))
  expect(definitions.functions[mapping.functionName]?.environment).toMatchObject({
    dynamodb_control_table: names.controlTable,
    topic_arn: expect.stringContaining(`:${names.incidentsTopic}`),
  })
})

it('says what a stack lacks', () => {
  const { stream: _, ...without } = definitions
  expect(() => streamParts(without, names)).toThrow('have no streams')
  expect(() => streamParts(changed({ 'AWS::Kinesis::Stream': [{ Name: 'other' }] }), names)).toThrow(
    `no stream ${names.eventStream}`,
  )
  expect(() => streamParts(changed({ 'AWS::DynamoDB::GlobalTable': [] }), names)).toThrow(
    `no table ${names.controlTable}`,
  )
  expect(() => streamParts(changed({ 'AWS::Lambda::EventSourceMapping': [] }), names)).toThrow(
    '0 resources of type AWS::Lambda::EventSourceMapping',
  )
  expect(() => streamParts(changed({ 'AWS::KinesisAnalyticsV2::Application': [] }), names)).toThrow(
    '0 resources of type AWS::KinesisAnalyticsV2::Application',
  )
})
