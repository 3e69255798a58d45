import { LAKE, RAW } from '../../catalog/layout.ts'
import { putDocument } from '../shared/documents-store.ts'
import { AlreadyRunningError, InvalidInputError } from '../shared/errors.ts'
import { partsOfExecution } from '../shared/execution-facts.ts'
import { runningBefore, spelled } from '../shared/executions.ts'
import type { MachineStart } from '../shared/machine-start.ts'
import { refuseUsedName } from '../shared/refuse-used-name.ts'
import { replayBucket } from '../shared/replay-bucket.ts'
import type { ReplayOrder, ReplayProgress } from '../shared/replay-documents.ts'
import { hoursAround } from '../shared/replay-hours.ts'
import { hoursWithEvents, persistedHours } from './hours-with-events.ts'
import { parseInput } from './parse-input.ts'

/** What the states of a replay are given; all that grows is in documents. */
interface ReplayState {
  readonly run: string
  readonly execution: string
  readonly startedAt: string
}

const NOTHING_YET: ReplayProgress = {
  cursor: { hours: 0, waiting: [], open: [] },
  counts: { sent: 0, outside: 0, marked: 0, unreadable: 0, ahead: 0, tooLarge: 0 },
  notSent: [],
  rounds: 0,
  isDone: false,
}

export async function startReplay({ execution, run, startedAt, input }: MachineStart): Promise<ReplayState> {
  const range = parseInput(input, Date.parse(startedAt))
  await refuseSecond(execution, startedAt)
  await refuseUsedName(run, startedAt)
  const { first, last } = hoursAround({ from: Date.parse(range.from), to: Date.parse(range.to) })
  const bucket = replayBucket(range)
  const hours = await hoursWithEvents(bucket, first, last)
  if (hours.length === 0) throw await nothingFound(range, bucket)
  const order: ReplayOrder = { run, mark: partsOfExecution(execution).name, ...range, hours }
  await putDocument(LAKE.run(run, 'replay-progress'), NOTHING_YET)
  await putDocument(LAKE.run(run, 'replay-order'), order)
  return { run, execution, startedAt }
}

/** Two would break each other's order of a key, and take twice the room that live events need. */
async function refuseSecond(execution: string, startedAt: string): Promise<void> {
  const [other] = await runningBefore(execution, startedAt, ['replay'])
  if (other)
    throw new AlreadyRunningError(
      `A replay is running: ${spelled(other)}. Wait for its end or stop it, then start this one again.`,
    )
}

async function nothingFound(
  { from, to }: Pick<ReplayOrder, 'from' | 'to'>,
  bucket: string,
): Promise<InvalidInputError> {
  const there = await persistedHours(bucket)
  const zone = `s3://${bucket}/${RAW.stream}`
  return new InvalidInputError(
    `Nothing that arrived from ${from} to ${to} is in ${zone}. ` +
      (there
        ? `It has hours from ${there}; they are those of arrival, in UTC. Give a range of them; what arrived in the last minutes may not be persisted yet.`
        : 'Nothing was persisted there yet: Firehose does that, or "npm run lake -- stream" at a desk.'),
  )
}
