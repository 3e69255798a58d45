import { z } from 'zod'
import { AwsError, type Registry } from '../registry.ts'
import { addressing, aStream, type KinesisActionsOptions, shardNumber } from './addressing.ts'
import { LIMITS } from './limits.ts'
import type { RecordToPut, Start } from './streams.ts'

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'))
const hashKey = z.string().regex(/^(0|[1-9]\d{0,38})$/)
const entry = z.object({
  PartitionKey: z.string().min(1).max(256),
  ExplicitHashKey: hashKey.optional(),
  Data: base64,
})
const iteratorInput = z.object({
  ...aStream,
  ShardId: z.string(),
  ShardIteratorType: z.enum([
    'AT_SEQUENCE_NUMBER',
    'AFTER_SEQUENCE_NUMBER',
    'TRIM_HORIZON',
    'LATEST',
    'AT_TIMESTAMP',
  ]),
  StartingSequenceNumber: z.string().optional(),
  Timestamp: z.number().optional(),
})
const getRecordsInput = z.object({
  ShardIterator: z.string(),
  Limit: z.number().int().min(1).max(LIMITS.recordsAGet).optional(),
})

const bytesOf = ({ data, partitionKey }: RecordToPut): number => data.length + Buffer.byteLength(partitionKey)

const recordToPut = ({ PartitionKey, ExplicitHashKey, Data }: z.output<typeof entry>): RecordToPut => {
  const record = { partitionKey: PartitionKey, explicitHashKey: ExplicitHashKey, data: Data }
  if (bytesOf(record) > LIMITS.recordBytes)
    throw new AwsError(
      'ValidationException',
      `A record has ${bytesOf(record)} bytes with its partition key; at most ${LIMITS.recordBytes} are allowed`,
    )
  return record
}

function startOf(input: z.output<typeof iteratorInput>): Start {
  const { ShardIteratorType: type, StartingSequenceNumber, Timestamp } = input
  if (type === 'AT_TIMESTAMP') {
    if (Timestamp === undefined)
      throw new AwsError(
        'InvalidArgumentException',
        'Must specify Timestamp for an iterator of type AT_TIMESTAMP.',
      )
    return { type, time: Timestamp * 1000 }
  }
  const isBySequence = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER'
  if (isBySequence !== (StartingSequenceNumber !== undefined))
    throw new AwsError(
      'InvalidArgumentException',
      'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
        `(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type}.`,
    )
  return isBySequence ? { type, sequenceNumber: StartingSequenceNumber ?? '' } : { type }
}

/** Putting and getting records. */
export function registerRecordActions(registry: Registry, options: KinesisActionsOptions): void {
  const { nameOf } = addressing(options)

  registry.register('kinesis', 'putRecord', z.object({ ...aStream, ...entry.shape }), async (input) => {
    const [result] = options.streams.put(nameOf(input), [recordToPut(input)])
    if (!result || 'errorCode' in result)
      throw new AwsError('ProvisionedThroughputExceededException', result?.errorMessage ?? '')
    return { ShardId: result.shardId, SequenceNumber: result.sequenceNumber, EncryptionType: 'NONE' }
  })
  registry.register(
    'kinesis',
    'putRecords',
    z.object({ ...aStream, Records: z.array(entry).min(1).max(LIMITS.recordsAPut) }),
    async (input) => {
      const records = input.Records.map(recordToPut)
      if (records.reduce((sum, record) => sum + bytesOf(record), 0) > LIMITS.bytesAPut)
        throw new AwsError('InvalidArgumentException', 'Records size exceeds 5 MB limit')
      const results = options.streams.put(nameOf(input), records)
      return {
        FailedRecordCount: results.filter((result) => 'errorCode' in result).length,
        EncryptionType: 'NONE',
        Records: results.map((result) =>
          'errorCode' in result
            ? { ErrorCode: result.errorCode, ErrorMessage: result.errorMessage }
            : { ShardId: result.shardId, SequenceNumber: result.sequenceNumber },
        ),
      }
    },
  )
  registry.register('kinesis', 'getShardIterator', iteratorInput, async (input) => ({
    ShardIterator: options.streams.iterator(nameOf(input), shardNumber(input.ShardId), startOf(input)),
  }))
  registry.register('kinesis', 'getRecords', getRecordsInput, async (input) => {
    const { records, next, millisBehindLatest } = options.streams.read(input.ShardIterator, input.Limit)
    return {
      Records: records.map(({ sequenceNumber: number, partitionKey, data, arrival }) => ({
        SequenceNumber: number,
        PartitionKey: partitionKey,
        Data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
        ApproximateArrivalTimestamp: new Date(arrival),
        EncryptionType: 'NONE',
      })),
      NextShardIterator: next,
      MillisBehindLatest: millisBehindLatest,
    }
  })
}
