import { PublishCommand } from '@aws-sdk/client-sns'
import { LAKE, type MachineKind, RUN_PREFIXES } from '../../catalog/layout.ts'
import { sns } from '../shared/clients.ts'
import { describeCause } from '../shared/describe-cause.ts'
import { currentPointer, type RunRecord, runRecord } from '../shared/documents.ts'
import { findDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import type { ExecutionFacts } from '../shared/execution-facts.ts'
import { readRun } from '../shared/read-run.ts'
import { recordEnd } from '../shared/record-end.ts'
import { runOfExecution } from '../shared/run-id.ts'
import { isSameInstant } from '../shared/same-instant.ts'
import type { Telemetry } from '../shared/telemetry.ts'
import type { ExecutionEnd } from './execution-end.ts'
import { failedStates } from './failed-states.ts'
import { failureMessage } from './failure-message.ts'

const NOTHING_DONE = { slices: [], setAside: [], martsBuilt: 0, warnings: [] }

/** Records and tells of an execution that ended badly. An event that comes again does neither again. */
export async function recordFailure(
  end: ExecutionEnd,
  logger: Pick<Telemetry['logger'], 'warn'>,
): Promise<{ told: boolean }> {
  const { names, operationsTopicArn } = environment()
  const run = runOfExecution(end.executionArn, names)
  const key = LAKE.run(run, 'run')
  const [startedAt, endedAt] = [end.startDate, end.stopDate].map((time) => new Date(time).toISOString()) as [
    string,
    string,
  ]
  const before = await findDocument(runRecord, key)
  // Refused because its name was taken: the record, and all else under the name, is the other execution's.
  const isOthers = before !== undefined && !isSameInstant(before.startedAt, startedAt)
  if (before && !isOthers && before.status === 'failed' && isSameInstant(before.endedAt, endedAt))
    return { told: false }

  const current = (await findDocument(currentPointer, LAKE.current))?.release ?? null
  const record: RunRecord = {
    run,
    status: 'failed',
    startedAt,
    endedAt,
    release: current === run ? run : null,
    ...(isOthers ? NOTHING_DONE : await readRun(run)),
    error: { name: end.error ?? end.status, cause: describeCause(end.cause ?? '') },
  }
  const kind = kindOf(end.stateMachineArn)
  // A backfill fails with its month, and tells of it.
  const isTold = kind !== 'backfillMonth'
  if (isTold) {
    const states = await failedStates(end).catch((error: Error) => {
      // The message can do without, and says so.
      logger.warn('the history can not be read', error)
      return []
    })
    const { subject, message } = failureMessage({ end, kind, record, states, current })
    await sns().send(new PublishCommand({ TopicArn: operationsTopicArn, Subject: subject, Message: message }))
  }
  // Last, so that what was recorded was told too.
  if (isOthers || isLater(record, before))
    await recordEnd({ execution: factsOf(end), record, outcome: OUTCOMES[end.status], isOthers })
  return { told: isTold }
}

const OUTCOMES = { FAILED: 'failed', TIMED_OUT: 'timed-out', ABORTED: 'aborted' } as const

const factsOf = (end: ExecutionEnd): ExecutionFacts => ({
  execution: end.executionArn,
  startedAt: new Date(end.startDate),
  endedAt: new Date(end.stopDate),
  input: end.input ?? null,
  redrives: end.redriveCount,
})

/** Events can be late: what a redrive has done since stands, and so does what the execution recorded itself. */
const isLater = ({ endedAt }: RunRecord, before: RunRecord | undefined): boolean =>
  before === undefined || (before.status === 'failed' && before.endedAt < endedAt)

function kindOf(stateMachineArn: string): MachineKind {
  const machine = stateMachineArn.split(':').at(-1)
  const kinds = Object.keys(RUN_PREFIXES) as MachineKind[]
  return kinds.find((kind) => environment().names[kind] === machine) ?? 'nightly'
}
