import { effectiveInput, selectedInput } from './asl/data-flow.ts'
import { readPath } from './asl/expression.ts'
import { isArray, type Json } from './asl/json.ts'
import { fill } from './asl/payload-template.ts'
import { runtimeError } from './asl/runtime-error.ts'
import type { Machine } from './definition.ts'
import { contextOf, type Run, type Visit } from './run.ts'
import { type Parts, type PlannedPart, runParts } from './run-parts.ts'

/** "An Inline Map supports up to 40 concurrent iterations." */
const MOST_AT_ONCE = 40

function limitOf({ state }: Visit, data: Json, context: Json): number {
  const given =
    state.MaxConcurrencyPath === undefined
      ? state.MaxConcurrency
      : readPath(String(state.MaxConcurrencyPath), { data, context }, 'MaxConcurrencyPath')
  return Math.min(Number(given) || MOST_AT_ONCE, MOST_AT_ONCE)
}

function itemsOf({ state }: Visit, data: Json, context: Json): readonly Json[] {
  const path = String(state.ItemsPath ?? '$')
  const items = readPath(path, { data, context }, 'ItemsPath')
  if (!isArray(items)) throw runtimeError(`Reference path "${path}" must point to array.`)
  return items
}

/** Runs a Map's iterations; gives the list of their outputs before `ResultSelector`. */
export async function runMap(
  run: Run,
  visit: Visit,
  retryCount: number,
  runStates: Parts['runStates'],
): Promise<Json> {
  const { state, name } = visit
  const { place } = visit.part
  const context = contextOf(run, visit, retryCount)
  const data = selectedInput(state, visit.input, context)
  const items = itemsOf(visit, data, context)
  const limit = limitOf(visit, data, context)
  const known = retryCount === 0 ? visit.parts : undefined
  if (!known) run.journal.record(place, 'MapStateStarted', { state: name, details: { length: items.length } })
  const machine = (state.ItemProcessor ?? state.Iterator) as Machine
  const template = state.ItemSelector ?? state.Parameters
  const planned = items.map((value, index): PlannedPart => {
    const item = { Index: index, Value: value }
    return {
      frame: `${name}[${index}]`,
      machine,
      input:
        template === undefined
          ? value
          : fill(template as Json, { data, context: { ...context, Map: { Item: item } } }),
      item,
      iteration: { name, index },
    }
  })
  const outputs = await runParts(run, visit, { planned, limit, known: known ?? new Map(), runStates })
  succeed(run, visit)
  return outputs
}

/** Runs a Parallel's branches; gives the list of their outputs before `ResultSelector`. */
export async function runParallel(
  run: Run,
  visit: Visit,
  retryCount: number,
  runStates: Parts['runStates'],
): Promise<Json> {
  const { state, name } = visit
  const { place } = visit.part
  const input = effectiveInput(state, visit.input, contextOf(run, visit, retryCount))
  const known = retryCount === 0 ? visit.parts : undefined
  if (!known) run.journal.record(place, 'ParallelStateStarted', { state: name })
  const planned = (state.Branches ?? []).map(
    (machine, index): PlannedPart => ({ frame: `${name}[${index}]`, machine, input }),
  )
  const outputs = await runParts(run, visit, {
    planned,
    limit: planned.length,
    known: known ?? new Map(),
    runStates,
  })
  succeed(run, visit)
  return outputs
}

/** As AWS numbers them: the success and the exit both follow from the part that ended last. */
function succeed(run: Run, { part, state, name }: Visit): void {
  const { last } = part.place
  run.journal.record(part.place, `${state.Type}StateSucceeded`, { state: name })
  part.place.last = last
}
