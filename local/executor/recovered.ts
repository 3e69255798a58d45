import { type ExecutionRecord, type ExecutionStore, processEnded } from './execution-store.ts'
import { type HistoryEvent, isTerminal } from './history-event.ts'

const STATUSES: Readonly<Record<string, ExecutionRecord['status']>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
}

/** The record of an execution that ended with an event of its history. */
function endedBy(record: ExecutionRecord, { type, timestamp, details = {} }: HistoryEvent): ExecutionRecord {
  const { output = null, error, cause } = details
  return {
    ...record,
    status: STATUSES[type] ?? 'ABORTED',
    stoppedAt: new Date(timestamp).toISOString(),
    output,
    error: error === undefined && cause === undefined ? null : { name: error ?? '', cause: cause ?? '' },
  }
}

/** Writes down as aborted what a process was running that is gone; gives the record. */
export function recovered(store: ExecutionStore, orphan: ExecutionRecord): ExecutionRecord {
  const last = store.history(orphan.machine, orphan.name).at(-1)
  // The process may have been killed between the history's last line and the record.
  if (last && isTerminal(last)) return endedBy(orphan, last)
  const { name, cause } = processEnded(orphan)
  const event: HistoryEvent = {
    id: (last?.id ?? 0) + 1,
    previousEventId: 0,
    timestamp: Date.now(),
    type: 'ExecutionAborted',
    details: { error: name, cause },
  }
  using file = store.openHistory(orphan)
  file.append(event)
  return endedBy(orphan, event)
}
