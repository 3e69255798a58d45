import type { DeadLetterReason, deadLetterStream } from '../catalog/stream.ts'
import type { RowOf } from '../catalog/table.ts'
import type { ArrivedRecord } from './read-record.ts'
import { timestampText } from './timestamp.ts'

export type DeadLetter = RowOf<typeof deadLetterStream>

/**
 * How many characters of a record its dead letter has at most (UTF-16 code units; a multiple of four, so that base64 can be read):
 * enough to see what it is. Escaped in JSON they may be six times as many bytes, and large garbage must not fill the stream that the
 * rules share with it. The raw zone has all of them.
 */
export const LONGEST_RAW = 20_000

/** The dead letter of a record; `text` is missing where its bytes are not UTF-8. It always fits into a record itself. */
export const deadLetter = (
  { data, shard, sequenceNumber, arrived }: ArrivedRecord,
  reasons: readonly DeadLetterReason[],
  text?: string,
): DeadLetter => ({
  raw: shortened(text ?? Buffer.from(data).toString('base64')),
  reasons: reasons.join(','),
  shard,
  sequence_number: sequenceNumber,
  arrived: timestampText(arrived),
})

/** Not between the halves of a character. */
function shortened(raw: string): string {
  if (raw.length <= LONGEST_RAW) return raw
  const last = raw.charCodeAt(LONGEST_RAW - 1)
  return raw.slice(0, last >= 0xd800 && last < 0xdc00 ? LONGEST_RAW - 1 : LONGEST_RAW)
}
