import { effectiveInput } from './asl/data-flow.ts'
import { readPath } from './asl/expression.ts'
import type { Json } from './asl/json.ts'
import { runtimeError } from './asl/runtime-error.ts'
import { contextOf, type Run, type Visit } from './run.ts'
import { TaskError } from './task-error.ts'
import { taskEvents } from './task-events.ts'

/** Below the largest delay of a timer, 2^31 ms; Step Functions' own longest is 99,999,999 s. */
const LONGEST_SECONDS = 2_000_000
/** How long a task that is told to end is waited for: what it started should have stopped before another attempt starts it. */
const GRACE_MS = 15_000

function timeoutOf({ state, input }: Visit, context: Json): number | undefined {
  if (state.TimeoutSecondsPath === undefined) return state.TimeoutSeconds
  const path = String(state.TimeoutSecondsPath)
  const seconds = readPath(path, { data: input, context }, 'TimeoutSecondsPath')
  if (typeof seconds !== 'number' || seconds <= 0)
    throw runtimeError(`TimeoutSecondsPath '${path}' is no number above 0`)
  return seconds
}

/** Runs work that has so many seconds. What it says after that counts no more, whatever it is. */
async function inTime<T>(
  { timer }: Run,
  seconds: number | undefined,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const time = new AbortController()
  const cancel = timer(Math.min(seconds ?? LONGEST_SECONDS, LONGEST_SECONDS) * 1000, () => time.abort())
  const signal = AbortSignal.any([outer, time.signal])
  let grace: NodeJS.Timeout | undefined
  const { promise: givenUp, reject } = Promise.withResolvers<never>()
  const wait = () => {
    grace = setTimeout(() => reject(new Error('it did not end when it was told to')), GRACE_MS)
  }
  signal.addEventListener('abort', wait)
  const late = () => new TaskError('States.Timeout', `no answer within ${seconds} s`)
  try {
    const answer = await Promise.race([work(signal), givenUp])
    if (time.signal.aborted) throw late()
    return answer
  } catch (error) {
    throw time.signal.aborted && !outer.aborted ? late() : error
  } finally {
    signal.removeEventListener('abort', wait)
    cancel()
    clearTimeout(grace)
  }
}

const asTaskError = (error: unknown): TaskError => {
  if (error instanceof TaskError) return error
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return new TaskError(name, message)
}

/** One attempt of a Task; gives its result before `ResultSelector`. */
export async function runTask(run: Run, visit: Visit, retryCount: number): Promise<Json> {
  const { place } = visit.part
  const context = contextOf(run, visit, retryCount)
  const input = effectiveInput(visit.state, visit.input, context)
  const seconds = timeoutOf(visit, context)
  const resource = visit.state.Resource ?? ''
  const events = taskEvents({ resource, region: run.region, input, seconds })
  const record = ({ type, details }: ReturnType<typeof events.started>) =>
    run.journal.record(place, type, { state: visit.name, ...(details && { details }) })

  record(events.scheduled())
  record(events.started())
  let isSubmitted = false
  // Kept apart: a history that can't be written is no failure of the task.
  const outcome = await inTime(run, seconds, place.signal, (signal) =>
    run.door.run(resource, input, signal, (output) => {
      isSubmitted = true
      record(events.submitted(output))
    }),
  ).then(
    (output) => ({ output: output as Json }),
    (error: unknown) => ({ error: place.signal.aborted ? error : asTaskError(error) }),
  )
  if ('output' in outcome) {
    record(events.succeeded(outcome.output))
    return outcome.output
  }
  const { error } = outcome
  if (error instanceof TaskError && !place.signal.aborted) record(events.failed(error, isSubmitted))
  throw error
}
