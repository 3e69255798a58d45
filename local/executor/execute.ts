import { StoppedError } from './aborted-error.ts'
import type { Json, JsonObject } from './asl/json.ts'
import type { Machine } from './definition.ts'
import type { ExecutionRecord } from './execution-store.ts'
import { Journal, type JournalOptions } from './journal.ts'
import { realTimer } from './pauses.ts'
import type { Position } from './position.ts'
import type { OpenPlace, Pause, Timer } from './run.ts'
import { runStates } from './run-states.ts'
import type { TaskDoor } from './task-door.ts'
import { TaskError } from './task-error.ts'

/** Below the largest delay of a timer, 2^31 ms. */
const LONGEST_SECONDS = 2_000_000

export interface ExecuteOptions {
  readonly machine: Machine
  readonly from: Position
  /** `$$.Execution` and `$$.StateMachine`. */
  readonly context: JsonObject
  readonly region: string
  readonly history: JournalOptions
  /** The id of the event with which this run began; 0 at the start. */
  readonly began: number
  readonly door: TaskDoor
  readonly pause: Pause
  readonly random?: () => number
  readonly timer?: Timer | undefined
  /** Ends the execution; a `StoppedError` as its reason says with which error and cause. */
  readonly signal: AbortSignal
}

export type Outcome = Pick<ExecutionRecord, 'status' | 'output' | 'error'>

class TimedOutError extends Error {}

function stopped(reason: unknown): Outcome & { details: { error?: string; cause?: string } } {
  const error = reason instanceof StoppedError ? reason.error : (reason as Error | undefined)?.name
  const cause = (reason as Error | undefined)?.message || undefined
  return {
    status: 'ABORTED',
    output: null,
    error: error === undefined && cause === undefined ? null : { name: error ?? '', cause: cause ?? '' },
    details: { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) },
  }
}

/**
 * Runs a state machine from a position to its end and keeps its history. What happens in it is the outcome; what is
 * thrown is that its history could not be written: nobody could say later what it did, so it ends.
 */
export async function execute(options: ExecuteOptions): Promise<Outcome> {
  const { machine, from, context, region, door, pause, began, signal } = options
  const time = new AbortController()
  const limit = machine.TimeoutSeconds
  const timer =
    limit !== undefined &&
    setTimeout(() => time.abort(new TimedOutError()), Math.min(limit, LONGEST_SECONDS) * 1000)
  const broken = new AbortController()
  const all = AbortSignal.any([signal, time.signal, broken.signal])
  const journal = new Journal(options.history)
  const place: OpenPlace = { path: [], signal: all, last: 0, parts: new Set() }
  const { random = Math.random, timer: taskTimer = realTimer } = options
  const run = { journal, door, pause, random, timer: taskTimer, region, context }
  try {
    const output = await runStates(run, { machine, place }, from)
    journal.mark('ExecutionSucceeded', place.last, { output })
    return { status: 'SUCCEEDED', output, error: null }
  } catch (error) {
    // AWS links these two to no event.
    if (time.signal.aborted) {
      journal.mark('ExecutionTimedOut', 0, { error: 'States.Timeout' })
      const cause = `the execution took longer than ${limit} s`
      return { status: 'TIMED_OUT', output: null, error: { name: 'States.Timeout', cause } }
    }
    if (signal.aborted) {
      const { details, ...outcome } = stopped(signal.reason)
      journal.mark('ExecutionAborted', 0, details)
      return outcome
    }
    broken.abort()
    if (!(error instanceof TaskError)) throw error
    const { name, message } = error
    journal.mark('ExecutionFailed', Math.max(place.last, began), {
      error: name,
      ...(message !== '' && { cause: message }),
    })
    return { status: 'FAILED', output: null, error: { name, cause: message } }
  } finally {
    if (timer !== false) clearTimeout(timer)
  }
}

export const asJson = (value: unknown): Json => (value === undefined ? {} : JSON.parse(JSON.stringify(value)))
