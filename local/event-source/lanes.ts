import { createHash } from 'node:crypto'
import type { StreamRecord } from '../kinesis/streams.ts'

/** Splits a batch so that each lane may go at its own pace: all records of a partition key are in one lane, in their order. */
export function lanesOf(records: readonly StreamRecord[], lanes: number): StreamRecord[][] {
  if (lanes === 1) return [[...records]]
  const laneOf = (key: string) => createHash('md5').update(key).digest().readUInt32BE(0) % lanes
  return [...Map.groupBy(records, ({ partitionKey }) => laneOf(partitionKey)).values()]
}
