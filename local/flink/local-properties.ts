import { detectionProperties } from '../../stream/flink-sql/detection-properties.ts'
import type { Rule } from '../../stream/rules/rule.ts'
import type { PropertyGroups } from './start-flink.ts'

export interface LocalStreams {
  /** Stream 1, stream 2, and what is no event. */
  readonly arns: { readonly events: string; readonly findings: string; readonly deadLetters: string }
  readonly region: string
  /** Where Kinesis's API answers those who read and those who write. */
  readonly endpoints: { readonly source: string; readonly sink: string }
  readonly rules: readonly Rule[]
  /** Options of the source besides. */
  readonly source?: Readonly<Record<string, string>>
}

/** Nobody checks them, but the connector asks for some. */
const credentials = (prefix: string) => ({
  'aws.credentials.provider': 'BASIC',
  [`${prefix}.accesskeyid`]: 'local',
  [`${prefix}.secretkey`]: 'local',
})

/** What the service would hand to the application, for streams on this machine. */
export function localProperties(options: LocalStreams): PropertyGroups {
  const { arns, region, endpoints, rules, source } = options
  const sink = (arn: string) => ({
    'stream.arn': arn,
    'aws.region': region,
    'aws.endpoint': endpoints.sink,
    ...credentials('aws.credentials.basic'),
    'sink.http-client.protocol.version': 'HTTP1_1',
    'sink.flush-buffer.timeout': '500',
  })
  return {
    events: {
      'stream.arn': arns.events,
      'aws.region': region,
      'aws.endpoint': endpoints.source,
      ...credentials('aws.credentials.provider.basic'),
      ...source,
    },
    findings: sink(arns.findings),
    'dead-letters': sink(arns.deadLetters),
    detection: detectionProperties(rules),
  }
}

/** Options of a source that begins at a time (milliseconds since 1970), whatever lies before. */
export const startAt = (time: number): Readonly<Record<string, string>> => ({
  'flink.stream.initpos': 'AT_TIMESTAMP',
  'flink.stream.initpos.timestamp': String(time / 1000),
})
