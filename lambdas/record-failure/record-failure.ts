import { LAKE } from '../../catalog/layout.ts'
import { describeCause } from '../shared/describe-cause.ts'
import { type RunRecord, runRecord } from '../shared/documents.ts'
import { findDocument, putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import type { Notification } from '../shared/notification.ts'
import { readRun } from '../shared/read-run.ts'
import { runOf } from '../shared/run-id.ts'
import { failureMessage } from './failure-message.ts'

interface Failed {
  readonly execution: string
  readonly name: string
  readonly startedAt: string
  readonly error: { readonly Error: string; readonly Cause: string }
}

const NOTHING_DONE = { slices: [], setAside: [], martsBuilt: 0, warnings: [] }

export async function recordFailure({ execution, name, startedAt, error }: Failed): Promise<Notification> {
  const run = runOf(name)
  const failure = { name: error.Error, cause: describeCause(error.Cause) }
  const key = LAKE.run(run, 'run')
  const before = await findDocument(runRecord, key)
  // Refused because its name was taken: the record, and all else under the name, is the other night's.
  const isOthers = before !== undefined && before.startedAt !== startedAt
  const record: RunRecord = {
    run,
    status: 'failed',
    startedAt,
    endedAt: new Date().toISOString(),
    release: null,
    ...(isOthers ? NOTHING_DONE : await readRun(run)),
    error: failure,
  }
  if (!isOthers) await putDocument(key, record)
  return failureMessage(record, failure, { environment: environment().environment, execution })
}
