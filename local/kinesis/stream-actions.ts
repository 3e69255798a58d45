import { z } from 'zod'
import { AwsError, type Registry } from '../registry.ts'
import { addressing, aStream, type KinesisActionsOptions, shardNumber, streamName } from './addressing.ts'
import { hashKeyRange, shardId } from './hash-key.ts'
import { LIMITS } from './limits.ts'
import { sequenceNumber } from './sequence-number.ts'
import type { StoredStream } from './stream-store.ts'

const modeDetails = z.object({ StreamMode: z.enum(['ON_DEMAND', 'PROVISIONED']) })
const retention = { ...aStream, RetentionPeriodHours: z.number().int() }

const createInput = z.object({
  StreamName: streamName,
  ShardCount: z.number().int().min(1).max(1000).optional(),
  StreamModeDetails: modeDetails.optional(),
})
const listStreamsInput = z.object({
  Limit: z.number().int().min(1).max(10_000).default(100),
  ExclusiveStartStreamName: streamName.optional(),
  NextToken: z.string().optional(),
})
const listShardsInput = z.object({
  ...aStream,
  NextToken: z.string().optional(),
  MaxResults: z.number().int().min(1).max(10_000).default(1000),
  ExclusiveStartShardId: z.string().optional(),
  ShardFilter: z.looseObject({ Type: z.string() }).optional(),
})
const describeInput = z.object({
  ...aStream,
  Limit: z.number().int().min(1).max(10_000).default(100),
  ExclusiveStartShardId: z.string().optional(),
})
const shapeOfShard = ({ shards, created }: StoredStream, shard: number) => {
  const { start, end } = hashKeyRange(shard, shards)
  return {
    ShardId: shardId(shard),
    HashKeyRange: { StartingHashKey: String(start), EndingHashKey: String(end) },
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber({ shard, shardCreated: Math.floor(created / 1000), index: 0 }),
    },
  }
}

/** Making, changing and describing streams; resharding and enhanced fan-out are not emulated. */
export function registerStreamActions(registry: Registry, options: KinesisActionsOptions): void {
  const { arnOf, nameOf } = addressing(options)

  const summary = (stream: StoredStream) => ({
    StreamName: stream.name,
    StreamARN: arnOf(stream.name),
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: stream.mode },
    StreamCreationTimestamp: new Date(stream.created),
  })
  const description = (stream: StoredStream) => ({
    ...summary(stream),
    RetentionPeriodHours: stream.retentionHours,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
  })
  const shardsAfter = (stream: StoredStream, after: string | undefined, max: number) => {
    const from = after === undefined ? 0 : shardNumber(after) + 1
    const to = Math.min(stream.shards, from + max)
    const shards = Array.from({ length: Math.max(0, to - from) }, (_, at) => shapeOfShard(stream, from + at))
    return { shards, more: to < stream.shards }
  }

  registry.register('kinesis', 'createStream', createInput, async (input) => {
    const mode = input.StreamModeDetails?.StreamMode ?? 'PROVISIONED'
    if (mode === 'PROVISIONED' && input.ShardCount === undefined)
      throw new AwsError('ValidationException', 'ShardCount must be given for a provisioned stream.')
    options.streams.create(input.StreamName, mode, mode === 'ON_DEMAND' ? undefined : input.ShardCount)
  })
  registry.register('kinesis', 'deleteStream', z.object(aStream), async (input) =>
    options.streams.remove(nameOf(input)),
  )
  registry.register('kinesis', 'listStreams', listStreamsInput, async (input) => {
    const after = input.ExclusiveStartStreamName ?? input.NextToken ?? ''
    const rest = options.streams.list().filter(({ name }) => name > after)
    const page = rest.slice(0, input.Limit)
    const isMore = rest.length > page.length
    return {
      StreamNames: page.map(({ name }) => name),
      StreamSummaries: page.map(summary),
      HasMoreStreams: isMore,
      ...(isMore && { NextToken: page.at(-1)?.name }),
    }
  })
  registry.register('kinesis', 'describeStream', describeInput, async (input) => {
    const stream = options.streams.describe(nameOf(input))
    const { shards, more } = shardsAfter(stream, input.ExclusiveStartShardId, input.Limit)
    return { StreamDescription: { ...description(stream), Shards: shards, HasMoreShards: more } }
  })
  registry.register('kinesis', 'describeStreamSummary', z.object(aStream), async (input) => {
    const stream = options.streams.describe(nameOf(input))
    return {
      StreamDescriptionSummary: { ...description(stream), OpenShardCount: stream.shards, ConsumerCount: 0 },
    }
  })
  registry.register('kinesis', 'listShards', listShardsInput, async (input) => {
    const [name, after] = input.NextToken?.split('/') ?? [nameOf(input), input.ExclusiveStartShardId]
    const { shards, more } = shardsAfter(options.streams.describe(name ?? ''), after, input.MaxResults)
    return { Shards: shards, ...(more && { NextToken: `${name}/${shards.at(-1)?.ShardId}` }) }
  })
  registry.register(
    'kinesis',
    'updateStreamMode',
    z.object({ StreamARN: z.string(), StreamModeDetails: modeDetails }),
    async (input) => options.streams.setMode(nameOf(input), input.StreamModeDetails.StreamMode),
  )
  for (const [action, isAllowed] of [
    ['increaseStreamRetentionPeriod', (hours: number, now: number) => hours >= now],
    ['decreaseStreamRetentionPeriod', (hours: number, now: number) => hours <= now],
  ] as const)
    registry.register('kinesis', action, z.object(retention), async (input) => {
      const { name, retentionHours } = options.streams.describe(nameOf(input))
      const hours = input.RetentionPeriodHours
      const { min, max } = LIMITS.retentionHours
      if (hours < min || hours > max || !isAllowed(hours, retentionHours))
        throw new AwsError(
          'InvalidArgumentException',
          `Requested retention period (${hours} hours) for stream ${name} is not allowed: it is ${retentionHours} hours now, and ${min} to ${max} are possible.`,
        )
      options.streams.setRetention(name, hours)
    })
}
