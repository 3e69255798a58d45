import { AbortedError } from './aborted-error.ts'
import { holds } from './asl/choice.ts'
import { effectiveInput, output as outputOf, selectedInput } from './asl/data-flow.ts'
import { catcherFor, Retries } from './asl/error-handlers.ts'
import { evaluate, readPath } from './asl/expression.ts'
import { type Json, type JsonObject, sizeOf } from './asl/json.ts'
import { withResult } from './asl/result-path.ts'
import { EvaluationError, runtimeError } from './asl/runtime-error.ts'
import type { State } from './definition.ts'
import type { Position } from './position.ts'
import { contextOf, type Left, type Part, type Run, type Visit } from './run.ts'
import { runMap, runParallel } from './run-map.ts'
import { runTask } from './run-task.ts'
import { TaskError } from './task-error.ts'

/** The most that a state may take or give. */
export const PAYLOAD_LIMIT = 256 * 1024

const nextOf = (state: State): string | null =>
  state.End === true || state.Type === 'Succeed' ? null : String(state.Next)

function choose(run: Run, visit: Visit): Left {
  const { state, input } = visit
  const context = contextOf(run, visit)
  const data = effectiveInput(state, input, context)
  const rules = (state.Choices ?? []) as readonly JsonObject[]
  const next = rules.find((rule) => holds(rule, { data, context }))?.Next ?? state.Default
  if (typeof next !== 'string')
    throw runtimeError('Failed to transition out of the state. The state does not have a Default')
  return { output: outputOf({ ...state, ResultPath: '$' }, input, data, context), next }
}

function pass(run: Run, visit: Visit): Left {
  const { state, input } = visit
  const context = contextOf(run, visit)
  const data = effectiveInput(state, input, context)
  const result = (state.Result as Json | undefined) ?? data
  return { output: outputOf(state, input, result, context), next: nextOf(state) }
}

/** Seconds from a number or from the text of one, as the service takes them. */
function seconds(value: Json, field: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !(number >= 0)) throw runtimeError(`${field} is no number of seconds`)
  return number
}

async function wait(run: Run, visit: Visit): Promise<Left> {
  const { state, input } = visit
  const context = contextOf(run, visit)
  const data = selectedInput(state, input, context)
  const at = (path: unknown, field: string) => readPath(String(path), { data, context }, field)
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state
  const until = TimestampPath === undefined ? Timestamp : at(TimestampPath, 'TimestampPath')
  const ms =
    until === undefined
      ? 1000 * seconds(SecondsPath === undefined ? (Seconds as Json) : at(SecondsPath, 'SecondsPath'), 'Wait')
      : Date.parse(String(until)) - Date.now()
  if (Number.isNaN(ms)) throw runtimeError(`'${until}' is no timestamp`)
  if (ms > 0) await run.pause(ms, visit.part.place.signal)
  return { output: outputOf({ ...state, ResultPath: '$' }, input, data, context), next: nextOf(state) }
}

function failed(run: Run, visit: Visit): never {
  const { state, input } = visit
  const scope = { data: input, context: contextOf(run, visit) }
  const text = (value: unknown, path: unknown, field: string): string =>
    path === undefined ? String(value ?? '') : String(evaluate(String(path), scope, field))
  throw new TaskError(
    text(state.Error, state.ErrorPath, 'ErrorPath'),
    text(state.Cause, state.CausePath, 'CausePath'),
  )
}

const ATTEMPTS: Readonly<
  Record<string, (run: Run, visit: Visit, retryCount: number, states: typeof runStates) => Promise<Json>>
> = { Task: runTask, Map: runMap, Parallel: runParallel }

/** A Task, Map or Parallel, with its retriers and catchers. */
async function attempt(run: Run, visit: Visit): Promise<Left> {
  const { state, input, part } = visit
  const { signal } = part.place
  const retries = new Retries(state, run.random)
  for (;;) {
    try {
      const result = await ATTEMPTS[state.Type]?.(run, visit, retries.count, runStates)
      const output = outputOf(state, input, result ?? null, contextOf(run, visit, retries.count))
      limit(output, visit)
      return { output, next: nextOf(state) }
    } catch (error) {
      if (signal.aborted || !(error instanceof TaskError)) throw error
      const delay = retries.next(error)
      if (delay === undefined) return caught(visit, error)
      await run.pause(1000 * delay, signal)
    }
  }
}

function caught({ state, input }: Visit, error: TaskError): Left {
  const catcher = catcherFor(state, error)
  if (!catcher) throw error
  const told = { Error: error.name, Cause: error.message }
  return { output: withResult(input, catcher.ResultPath, told), next: catcher.Next }
}

function limit(output: Json, { name, state }: Visit): void {
  if (sizeOf(output) > PAYLOAD_LIMIT)
    throw new TaskError(
      'States.DataLimitExceeded',
      `The state/task '${name}' (${state.Type}) returned a result with a size exceeding the maximum number of bytes service limit (${PAYLOAD_LIMIT}).`,
    )
}

const STATES: Readonly<Record<string, (run: Run, visit: Visit) => Left | Promise<Left>>> = {
  Choice: choose,
  Fail: failed,
  Map: attempt,
  Parallel: attempt,
  Pass: pass,
  Succeed: pass,
  Task: attempt,
  Wait: wait,
}

async function runState(run: Run, visit: Visit): Promise<Left> {
  const states = STATES[visit.state.Type]
  if (!states) throw runtimeError(`there is no type of state '${visit.state.Type}'`)
  const left = await states(run, visit)
  limit(left.output, visit)
  return left
}

function enter(run: Run, part: Part, { state: name, input, entered, last, parts }: Position): Visit {
  const state = part.machine.States[name]
  if (!state) throw runtimeError(`there is no state '${name}'`)
  const { place } = part
  place.last = entered?.id ?? last ?? place.last
  place.open = { name, type: state.Type }
  const at =
    entered ??
    run.journal.record(place, `${state.Type}StateEntered`, { state: name, details: { name, input } })
  return { part, name, state, input, entered: at, parts }
}

/** What goes wrong in evaluating a state names it, as the service does. */
function inState(error: unknown, { name, entered }: Visit): unknown {
  if (!(error instanceof EvaluationError)) return error
  return new TaskError(
    error.name,
    `An error occurred while executing the state '${name}' (entered at the event id #${entered.id}). ${error.message}`,
  )
}

/** Runs the states of a machine, an iteration or a branch from a position to their end, and gives the output. */
export async function runStates(run: Run, part: Part, from: Position): Promise<Json> {
  for (let at = from; ; ) {
    const visit = enter(run, part, at)
    const left = await runState(run, visit).catch((error: unknown) => {
      throw part.place.signal.aborted ? new AbortedError() : inState(error, visit)
    })
    const { output, next } = left
    const { id } = run.journal.record(part.place, `${visit.state.Type}StateExited`, {
      state: visit.name,
      details: { name: visit.name, output },
      next,
    })
    delete part.place.open
    if (next === null) return output
    at = { state: next, input: output, last: id }
  }
}
