import { assumed } from './assumptions.ts'
import type { UsageLine } from './usage.ts'

const DAY_SECONDS = 86_400
/** What wakes the function: a batch of alerts, or their window's end. */
const ALERTS_A_BATCH = 10

/** What the stream uses beside the batch in `hours`: three streams, one application, one table, one function. */
export function streamUsage(eventsPerDay: number, hours: number): UsageLine[] {
  const events = (eventsPerDay / 24) * hours
  const alerts = events * assumed('alertShare')
  const recordBytes = assumed('streamBytes')
  const alertBytes = assumed('alertBytes')
  const peak = (eventsPerDay / DAY_SECONDS) * assumed('streamPeak')
  const batches = alerts / ALERTS_A_BATCH
  return [
    {
      kind: 'kinesis',
      streamHours: hours,
      recordsIn: events,
      recordBytes,
      bytesOut: events * recordBytes * assumed('streamConsumers'),
    },
    {
      kind: 'kinesis',
      streamHours: hours,
      recordsIn: alerts,
      recordBytes: alertBytes,
      bytesOut: alerts * alertBytes,
    },
    // Of the dead letters, of which there are hardly any.
    { kind: 'kinesis', streamHours: hours, recordsIn: 0, recordBytes: alertBytes, bytesOut: 0 },
    { kind: 'flink', kpus: Math.max(1, Math.ceil(peak / assumed('kpuEvents'))), hours },
    { kind: 'firehose', records: events, recordBytes },
    {
      kind: 'lambda',
      requests: batches,
      memoryMb: assumed('lambdaMemory'),
      milliseconds: batches * assumed('lambdaMilliseconds'),
    },
    { kind: 'dynamodb', writes: alerts, gigabyteMonths: (alerts * alertBytes) / 1e9 },
    { kind: 'mails', count: alerts * assumed('alertMails') },
  ]
}
