import { AwsError } from '../registry.ts'

/** Where a record stands: the shard, when that was made, and how many records it had before. */
export interface Place {
  readonly shard: number
  /** Seconds since 1970. */
  readonly shardCreated: number
  readonly index: number
}

const mask = (bits: number): bigint => (1n << BigInt(bits)) - 1n
const VERSION = 2n
/** Where the fields begin, in bits from the right. */
const AT = { shard: 4n, time: 36n, index: 80n, shardDigit: 144n, created: 148n, version: 184n }

/**
 * Kinesis's own layout (version 2, as its clients take it apart): version, time of the shard, last digit of the shard,
 * index, time of the record, shard, version. It grows with the index within a shard.
 */
export const sequenceNumber = ({ shard, shardCreated, index }: Place, arrival = shardCreated): string =>
  String(
    (VERSION << AT.version) |
      (BigInt(shardCreated) << AT.created) |
      (BigInt(shard & 15) << AT.shardDigit) |
      (BigInt(index) << AT.index) |
      (BigInt(Math.floor(arrival)) << AT.time) |
      (BigInt(shard) << AT.shard) |
      VERSION,
  )

export const parseSequenceNumber = (text: string): Place => {
  const invalid = () => new AwsError('InvalidArgumentException', `SequenceNumber ${text} is invalid.`)
  if (!/^(0|[1-9]\d{0,128})$/.test(text)) throw invalid()
  const number = BigInt(text)
  if (number >> AT.version !== VERSION || (number & 15n) !== VERSION) throw invalid()
  return {
    shard: Number((number >> AT.shard) & mask(32)),
    shardCreated: Number((number >> AT.created) & mask(36)),
    index: Number((number >> AT.index) & mask(64)),
  }
}
