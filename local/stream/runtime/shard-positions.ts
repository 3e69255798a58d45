import { parseSequenceNumber } from '../../kinesis/sequence-number.ts'
import type { Start } from '../../kinesis/streams.ts'

/** How many records of its shard lie up to a sequence number. */
export const indexOf = (sequenceNumber: string | null): number =>
  sequenceNumber === null ? 0 : parseSequenceNumber(sequenceNumber).index

/** Where to read on behind a sequence number; null: the beginning. */
export const startAfter = (sequenceNumber: string | null): Start =>
  sequenceNumber === null ? { type: 'TRIM_HORIZON' } : { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber }
