import type { Streams } from './streams.ts'

/** An iterator behind the last record that was done with, or where a reader begins that has done with none. */
export const resume = (
  streams: Streams,
  stream: string,
  shard: number,
  last: string | undefined,
  begin: 'TRIM_HORIZON' | 'LATEST' = 'TRIM_HORIZON',
): string =>
  streams.iterator(
    stream,
    shard,
    last === undefined ? { type: begin } : { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last },
  )
