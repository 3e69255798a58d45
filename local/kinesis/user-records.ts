import aggregation from 'aws-kinesis-agg'
import type { StreamRecord } from './streams.ts'

/** With which the KPL begins what it packs into one record. */
const MAGIC = Buffer.from('f3899ac2', 'hex')

/**
 * The data of a record: of all that a producer packed into it, in its order, or its own. Own is also a package that is damaged,
 * in whatever way, or has nothing in it: what was sent never vanishes.
 */
export function userRecords({ data, partitionKey, sequenceNumber, arrival }: StreamRecord): Uint8Array[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return [bytes]
  const record = {
    kinesisSchemaVersion: '1.0',
    partitionKey,
    sequenceNumber,
    data: bytes.toString('base64'),
    approximateArrivalTimestamp: arrival / 1000,
  }
  const parts: Uint8Array[] = []
  let isWhole = true
  aggregation.deaggregateSync(record, true, (error, found) => {
    if (error) isWhole = false
    else for (const one of found ?? []) parts.push(Buffer.from(one.data, 'base64'))
  })
  return isWhole && parts.length > 0 ? parts : [bytes]
}

const LINE_END = 10

/** The lines that data are once a line end is put behind them. */
export function linesOf(data: Uint8Array): number {
  let count = 1
  for (let at = data.indexOf(LINE_END); at >= 0; at = data.indexOf(LINE_END, at + 1)) count++
  return count
}
