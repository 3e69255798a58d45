import { z } from 'zod'
import type { Names } from '../../../catalog/names.ts'
import { rulesOfProperties } from '../../../stream/flink-sql/detection-properties.ts'
import type { Rule } from '../../../stream/rules/rule.ts'
import { type MappingConfig, mappingConfig } from '../../event-source/mapping-config.ts'
import type { Definitions } from '../../executor/definition.ts'
import { type DeliveryConfig, deliveryConfig } from '../../firehose/delivery-config.ts'

const streamProperties = z.object({
  Name: z.string(),
  RetentionPeriodHours: z.number().default(24),
  ShardCount: z.number().optional(),
  StreamModeDetails: z.object({ StreamMode: z.enum(['ON_DEMAND', 'PROVISIONED']) }).optional(),
})
const tableProperties = z.object({ TableName: z.string() })
const group = z.object({ PropertyGroupId: z.string(), PropertyMap: z.record(z.string(), z.string()) })
const applicationProperties = z.object({
  ApplicationConfiguration: z.object({
    EnvironmentProperties: z.object({ PropertyGroups: z.array(group) }),
  }),
})

interface StreamPart {
  readonly name: string
  readonly mode: 'ON_DEMAND' | 'PROVISIONED'
  readonly shards: number | undefined
  readonly retentionHours: number
}

/** What the real-time path consists of, as the stack that CDK synthesises has it. */
export interface StreamParts {
  readonly streams: readonly StreamPart[]
  /** Properties of the tables. */
  readonly tables: readonly unknown[]
  readonly mapping: MappingConfig
  readonly delivery: DeliveryConfig
  /** With the thresholds that the Flink application gets. */
  readonly rules: readonly Rule[]
}

/** The one resource of its kind. */
function only(type: string, found: readonly unknown[]): unknown {
  if (found.length !== 1)
    throw new Error(`the stream stack has ${found.length} resources of type ${type}, and the path needs one`)
  return found[0]
}

/** Reads the parts from the synthesised templates. Throws where they are not those that the path is made of. */
export function streamParts({ stream }: Definitions, names: Names): StreamParts {
  if (!stream) throw new Error('the synthesised stacks have no streams: infra/synthesize.ts leaves them out')
  const streams = stream['AWS::Kinesis::Stream'].map((given): StreamPart => {
    const { Name, RetentionPeriodHours, ShardCount, StreamModeDetails } = streamProperties.parse(given)
    const mode = StreamModeDetails?.StreamMode ?? 'PROVISIONED'
    return { name: Name, mode, shards: ShardCount, retentionHours: RetentionPeriodHours }
  })
  for (const name of [names.eventStream, names.findingStream, names.deadLetterStream])
    if (!streams.some((one) => one.name === name)) throw new Error(`the stream stack has no stream ${name}`)
  const tables = stream['AWS::DynamoDB::GlobalTable']
  if (!tables.some((one) => tableProperties.parse(one).TableName === names.controlTable))
    throw new Error(`the stream stack has no table ${names.controlTable}`)
  const [mapping, delivery] = (
    ['AWS::Lambda::EventSourceMapping', 'AWS::KinesisFirehose::DeliveryStream'] as const
  ).map((type) => only(type, stream[type]))
  return {
    streams,
    tables,
    mapping: mappingConfig(mapping),
    delivery: deliveryConfig(delivery, names.backupBucket),
    rules: rulesOf(only(APPLICATION, stream[APPLICATION])),
  }
}

const APPLICATION = 'AWS::KinesisAnalyticsV2::Application'

function rulesOf(application: unknown): readonly Rule[] {
  const { PropertyGroups } =
    applicationProperties.parse(application).ApplicationConfiguration.EnvironmentProperties
  return rulesOfProperties(
    PropertyGroups.find(({ PropertyGroupId }) => PropertyGroupId === 'detection')?.PropertyMap ?? {},
  )
}
