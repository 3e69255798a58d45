import aggregation from 'aws-kinesis-agg'
import type { StreamRecord } from '../../kinesis/streams.ts'

/** With which the KPL begins what it packs into one record. */
const MAGIC = Buffer.from('f3899ac2', 'hex')

/** The data of a record: of all that a producer packed into it, or its own, also where the package is damaged. */
export function userRecords({ data, partitionKey, sequenceNumber, arrival }: StreamRecord): Uint8Array[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return [bytes]
  let parts: Uint8Array[] = [bytes]
  const record = {
    kinesisSchemaVersion: '1.0',
    partitionKey,
    sequenceNumber,
    data: bytes.toString('base64'),
    approximateArrivalTimestamp: arrival / 1000,
  }
  aggregation.deaggregateSync(record, true, (error, found) => {
    if (!error && found) parts = found.map((one) => Buffer.from(one.data, 'base64'))
  })
  return parts
}
