import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, type RunRecord } from '../shared/documents.ts'
import { findDocument, getDocument, putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { listing } from '../shared/listing.ts'
import { type Notification, notification } from '../shared/notification.ts'
import { recordEnd } from '../shared/record-end.ts'
import { type ReplayRecord, replayOrder, replayProgress } from '../shared/replay-documents.ts'

interface Replay {
  readonly run: string
  readonly execution: string
  readonly startedAt: string
}

export async function recordReplay({ run, execution, startedAt }: Replay): Promise<Notification> {
  const [order, { counts, notSent, rounds }, current] = await Promise.all([
    getDocument(replayOrder, LAKE.run(run, 'replay-order')),
    getDocument(replayProgress, LAKE.run(run, 'replay-progress')),
    findDocument(currentPointer, LAKE.current),
  ])
  const record: ReplayRecord = {
    ...order,
    startedAt,
    endedAt: new Date().toISOString(),
    counts,
    notSent,
    rounds,
  }
  await putDocument(LAKE.run(run, 'replay'), record)
  await recordEnd({ execution, record: runRecordOf(record, current?.release ?? null) })
  return messageOf(record)
}

/** Firehose gathers for so long at most, and may be late by as much again: what is not persisted at the start is not looked for. */
const PERSISTED_AFTER_MS = 2 * 15 * 60_000

/** What somebody has to look at. */
function warningsOf({ to, startedAt, counts, notSent }: ReplayRecord): string[] {
  const surelyTo = Date.parse(startedAt) - PERSISTED_AFTER_MS
  return [
    ...(counts.tooLarge > 0
      ? [
          `${counts.tooLarge} events are larger than Kinesis takes when they have the mark, and were not sent: ${listing(notSent, 20)}`,
        ]
      : []),
    ...(Date.parse(to) > surelyTo
      ? [
          `What arrived after ${new Date(surelyTo).toISOString()} may not have been persisted when this began, and is missing then: replay that range later.`,
        ]
      : []),
  ]
}

const runRecordOf = (record: ReplayRecord, release: string | null): RunRecord => ({
  run: record.run,
  status: 'replayed',
  startedAt: record.startedAt,
  endedAt: record.endedAt,
  release,
  slices: [],
  setAside: [],
  martsBuilt: 0,
  warnings: warningsOf(record),
  error: null,
})

const messageOf = (record: ReplayRecord): Notification => {
  const { run, mark, from, to, counts } = record
  return notification(`[${environment().environment}] Events replayed: ${counts.sent}`, [
    counts.sent === 0
      ? `Nothing of ${from} to ${to} was left to send again.`
      : `${counts.sent} events that arrived from ${from} to ${to} were sent into stream 1 again, marked "${mark}".`,
    `Left out: ${counts.outside} of other times, ${counts.marked} that a replay had sent, ${counts.unreadable} lines that are no JSON object, ${counts.ahead} with a time ahead of their arrival.`,
    ...warningsOf(record),
    'Alerts that are found again have the ids that they had: nobody is told of them twice.',
    `Run ${run}; its document replay.json has the figures.`,
  ])
}
