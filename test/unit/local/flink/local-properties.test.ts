import { expect, test } from 'vitest'
import { localProperties, startAt } from '../../../../local/flink/local-properties.ts'
import { RULES } from '../../../../stream/rules/index.ts'

const place = {
  arns: { events: 'arn:events', findings: 'arn:findings', deadLetters: 'arn:letters' },
  region: 'us-east-1',
  endpoints: { source: 'http://127.0.0.1:1', sink: 'http://127.0.0.1:2' },
  rules: RULES,
}

test('reads at one place and writes at the other, with the options that each connector has for it', () => {
  const { events, findings, detection, 'dead-letters': letters } = localProperties(place)
  expect(events).toMatchObject({
    'stream.arn': 'arn:events',
    'aws.endpoint': 'http://127.0.0.1:1',
    'aws.credentials.provider.basic.accesskeyid': 'local',
  })
  expect(findings).toMatchObject({
    'stream.arn': 'arn:findings',
    'aws.endpoint': 'http://127.0.0.1:2',
    'aws.credentials.basic.accesskeyid': 'local',
    'sink.http-client.protocol.version': 'HTTP1_1',
  })
  expect(letters).toEqual({ ...findings, 'stream.arn': 'arn:letters' })
  expect(detection?.['high-event-volume.high']).toBe('10')
})

test('begins at a time, in the seconds of the connector', () => {
  expect(localProperties({ ...place, source: startAt(1_500) }).events).toMatchObject({
    'flink.stream.initpos': 'AT_TIMESTAMP',
    'flink.stream.initpos.timestamp': '1.5',
  })
})
