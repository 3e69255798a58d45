import type { DeadLetterReason, deadLetterStream } from '../catalog/stream.ts'
import type { RowOf } from '../catalog/table.ts'
import type { ArrivedRecord } from './read-record.ts'
import { timestampText } from './timestamp.ts'

export type DeadLetter = RowOf<typeof deadLetterStream>

/** The dead letter of a record; `text` is missing where its bytes are not UTF-8. */
export const deadLetter = (
  { data, shard, sequenceNumber, arrived }: ArrivedRecord,
  reasons: readonly DeadLetterReason[],
  text?: string,
): DeadLetter => ({
  raw: text ?? Buffer.from(data).toString('base64'),
  reasons: reasons.join(','),
  shard,
  sequence_number: sequenceNumber,
  arrived: timestampText(arrived),
})
