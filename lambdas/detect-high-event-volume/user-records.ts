import aggregation from 'aws-kinesis-agg'
import type { KinesisStreamRecordPayload } from 'aws-lambda'

/**
 * The texts in a Kinesis record: the records that a producer packed into it (the KPL's format, its checksum included), or the
 * one that it is. Throws where the package is damaged.
 */
export function userRecords(record: KinesisStreamRecordPayload): string[] {
  const texts: string[] = []
  aggregation.deaggregateSync(record, true, (error, records) => {
    if (error) throw new Error(`record ${record.sequenceNumber} is damaged: ${error.message}`)
    texts.push(...(records ?? []).map(({ data }) => Buffer.from(data, 'base64').toString()))
  })
  return texts
}
