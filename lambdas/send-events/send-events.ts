import { DescribeExecutionCommand } from '@aws-sdk/client-sfn'
import { LAKE } from '../../catalog/layout.ts'
import { KinesisSender, RECORDS_A_CALL } from '../../stream/simulator/kinesis-sender.ts'
import type { Outgoing } from '../../stream/simulator/outgoing.ts'
import { MOST_BYTES, sizeOf } from '../../stream/simulator/record-size.ts'
import { kinesis, stepFunctions } from '../shared/clients.ts'
import { getDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { ReplayBusyError } from '../shared/errors.ts'
import { runningBefore, spelled } from '../shared/executions.ts'
import { replayBucket } from '../shared/replay-bucket.ts'
import { type ReplayCounts, replayOrder } from '../shared/replay-documents.ts'
import { isAhead, isInRange } from '../shared/replay-hours.ts'
import type { TakenLine } from './lane.ts'
import { Pacer } from './pacer.ts'
import { PersistedEvents } from './persisted-events.ts'
import { markedLine } from './persisted-line.ts'
import { ReplayPlace } from './replay-place.ts'

export interface SendOptions {
  /** After so long it leaves the rest to the next call. */
  readonly roundMs: number
  /** As often the place is kept, and it is looked whether the execution still runs. */
  readonly keepMs?: number
}

interface Round {
  readonly isDone: boolean
  /** By this call. */
  readonly sent: number
}

/**
 * A batch is a call of PutRecords, but no more than may go in so many seconds: what waits for its turn delays the end of a round,
 * and of one that was stopped.
 */
const BATCH_SECONDS = 5
/**
 * All of a batch has arrived before the next one goes. The sender keeps the order of a key, not that between keys: one that has
 * many events would fall behind the others, and the rules take events for late that come ten seconds after their time.
 */
const SPAN_MS = 2000
const KEEP_MS = 5000
/** With the sender's pauses some two and a half minutes: less than is left of a Lambda's time behind a round. */
const REFUSALS = 60
const EXAMPLES = 20

/**
 * Sends what comes next of a replay into stream 1, for as long as a call may. The place is kept only when everything in front of
 * it has arrived: a call that is killed sends the last seconds again, and loses nothing.
 */
export async function sendEvents(
  { run, execution }: { run: string; execution: string },
  { roundMs, keepMs = KEEP_MS }: SendOptions,
): Promise<Round> {
  const until = performance.now() + roundMs
  const order = await getDocument(replayOrder, LAKE.run(run, 'replay-order'))
  await refuseBesideOther(execution)
  const place = await ReplayPlace.takeOver(run)
  if (place.progress.isDone) return { isDone: true, sent: 0 }
  const range = { from: Date.parse(order.from), to: Date.parse(order.to) }
  const events = new PersistedEvents(replayBucket(order), order, place.progress.cursor)
  const sender = new KinesisSender({
    client: kinesis(),
    stream: environment().names.eventStream,
    attempts: REFUSALS,
  })
  const pacer = new Pacer(order.rate)
  const most = Math.min(RECORDS_A_CALL, order.rate * BATCH_SECONDS)
  const counts = { ...place.progress.counts }
  const before = counts.sent
  const notSent = [...place.progress.notSent]

  const recordOf = (taken: TakenLine): Outgoing[] => {
    const { key, line, bytes, parsed, hour } = taken
    const count = (what: keyof ReplayCounts): Outgoing[] => {
      counts[what]++
      return []
    }
    if (parsed.kind !== 'event') return count(parsed.kind)
    if (isAhead(taken, parsed.time)) return count('ahead')
    if (!isInRange(range, hour, parsed.time)) return count('outside')
    const record = { key: parsed.partitionKey, data: markedLine(bytes, order.mark), events: 1 }
    if (sizeOf(record) > MOST_BYTES) {
      if (notSent.length < EXAMPLES) notSent.push(`${key} line ${line}`)
      return count('tooLarge')
    }
    counts.sent++
    return [record]
  }
  const keep = async (isDone: boolean): Promise<void> => {
    await place.keep({ ...place.progress, cursor: events.cursor, counts: { ...counts }, notSent, isDone })
  }

  let keptAt = performance.now()
  for (;;) {
    const lines = await events.take(most, SPAN_MS)
    const records = lines.flatMap(recordOf)
    if (records.length > 0) {
      await pacer.pass(records.length)
      await sender.put(records)
      await sender.flush()
    }
    const isDone = lines.length === 0
    const now = performance.now()
    if (isDone || now >= until) {
      await keep(isDone)
      return { isDone, sent: counts.sent - before }
    }
    if (now - keptAt < keepMs) continue
    await keep(false)
    // A function does not end with its execution; whoever stops a replay wants it to stop.
    if (!(await isRunning(execution))) return { isDone: false, sent: counts.sent - before }
    keptAt = performance.now()
  }
}

/** The start refuses a second replay; a redrive of one comes in here. Of two the one that began later gives way. */
async function refuseBesideOther(execution: string): Promise<void> {
  const [other] = await runningBefore(execution, new Date().toISOString(), ['replay'])
  if (other)
    throw new ReplayBusyError(
      `Another replay is sending: ${spelled(other)}. Wait for its end or stop it, then redrive this one.`,
    )
}

async function isRunning(executionArn: string): Promise<boolean> {
  const { status } = await stepFunctions().send(new DescribeExecutionCommand({ executionArn }))
  return status === 'RUNNING'
}
