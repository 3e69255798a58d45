import { AbortedError } from './aborted-error.ts'
import type { Json, JsonObject } from './asl/json.ts'
import type { Machine } from './definition.ts'
import type { Part as Known, Position } from './position.ts'
import type { OpenPlace, Part, Run, Visit } from './run.ts'

/** The states of which AWS tells that they were aborted. */
const ABORTABLE = new Set(['Task', 'Wait', 'Map', 'Parallel'])

export interface PlannedPart {
  readonly frame: string
  readonly machine: Machine
  readonly input: Json
  readonly item?: JsonObject
  /** Of a Map's iteration. */
  readonly iteration?: { readonly name: string; readonly index: number }
}

export interface Parts {
  readonly planned: readonly PlannedPart[]
  /** How many run at once. */
  readonly limit: number
  /** What is known of them from before a redrive. */
  readonly known: ReadonlyMap<string, Known>
  readonly runStates: (run: Run, part: Part, from: Position) => Promise<Json>
}

/** Tells of everything that is open at a place, innermost first, that it was aborted. */
function closeAborted(run: Run, place: OpenPlace, previous: number, hasFailed: boolean): void {
  for (const inner of place.parts) closeAborted(run, inner, previous, false)
  const { open, iteration } = place
  if (open && ABORTABLE.has(open.type))
    run.journal.close(place, `${open.type}StateAborted`, previous, { state: open.name })
  if (iteration && !hasFailed)
    run.journal.close(place, 'MapIterationAborted', previous, { details: iteration })
}

/**
 * Runs the iterations of a Map or the branches of a Parallel and gives their outputs in order. When one fails no further
 * one starts, those that run are aborted, and their tasks are told.
 */
export async function runParts(run: Run, visit: Visit, parts: Parts): Promise<Json[]> {
  const { planned, limit, known, runStates } = parts
  const around = visit.part.place
  const started = around.last
  const siblings = new AbortController()
  const signal = AbortSignal.any([around.signal, siblings.signal])
  const outputs: Json[] = []
  const waiting = planned.entries().filter(([i, { frame }]) => {
    const output = known.get(frame)?.output
    if (output !== undefined) outputs[i] = output
    return output === undefined
  })
  let failure: { readonly error: unknown; readonly place: OpenPlace; readonly previous: number } | undefined

  function open({ frame, iteration }: PlannedPart, last: number): OpenPlace {
    const path = [...around.path, frame]
    const place: OpenPlace = { path, signal, last, parts: new Set(), ...(iteration && { iteration }) }
    around.parts.add(place)
    return place
  }

  async function runPart({ machine, input, item, iteration, frame }: PlannedPart, place: OpenPlace) {
    if (iteration && !known.has(frame))
      run.journal.record(place, 'MapIterationStarted', { details: iteration })
    const from = known.get(frame)?.at ?? { state: machine.StartAt, input }
    const output = await runStates(run, { machine, place, ...(item && { item }) }, from)
    const { last } = place
    if (iteration) run.journal.record(place, 'MapIterationSucceeded', { details: iteration })
    around.last = place.last
    around.parts.delete(place)
    return { output, last }
  }

  function fail(error: unknown, place: OpenPlace): void {
    // What is aborted says so; only the first failure counts.
    if (signal.aborted) return
    failure = { error, place, previous: place.last }
    siblings.abort()
    if (place.iteration)
      run.journal.close(place, 'MapIterationFailed', place.last, { details: place.iteration })
  }

  async function work(): Promise<void> {
    let previous = started
    for (const [i, part] of waiting) {
      if (signal.aborted) return
      const place = open(part, previous)
      try {
        const { output, last } = await runPart(part, place)
        outputs[i] = output
        previous = last
      } catch (error) {
        fail(error, place)
        return
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(limit, planned.length) }, work))
  if (failure === undefined) {
    if (around.signal.aborted) throw new AbortedError()
    return outputs
  }
  const { error, place, previous } = failure
  // Where the whole execution is aborted meanwhile, nothing more is told of its parts.
  if (!around.signal.aborted) {
    for (const one of around.parts) closeAborted(run, one, previous, one === place)
    around.parts.clear()
    run.journal.record(around, `${visit.state.Type}StateFailed`, { state: visit.name, previous })
  }
  throw error
}
