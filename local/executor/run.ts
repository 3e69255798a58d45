import type { Json, JsonObject } from './asl/json.ts'
import type { Machine, State } from './definition.ts'
import type { Journal, Place } from './journal.ts'
import type { Position } from './position.ts'
import type { TaskDoor } from './task-door.ts'

/** Waits for some milliseconds; rejects when the signal is aborted. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<unknown>

/** Rings once after some milliseconds, unless what it gives is called before. */
export type Timer = (ms: number, ring: () => void) => () => void

/** What all states of an execution share. */
export interface Run {
  readonly journal: Journal
  readonly door: TaskDoor
  /** For Wait states and before retries. */
  readonly pause: Pause
  readonly random: () => number
  /** For tasks' timeouts. */
  readonly timer: Timer
  readonly region: string
  /** `$$.Execution` and `$$.StateMachine`. */
  readonly context: JsonObject
}

/** The states of a machine, of an iteration or of a branch, and where they run. */
export interface Part {
  readonly machine: Machine
  readonly place: OpenPlace
  /** In an iteration: `$$.Map.Item`. */
  readonly item?: JsonObject
}

/** A place, with what is open there: what has to be told as aborted when the part around it fails. */
export interface OpenPlace extends Place {
  open?: { readonly name: string; readonly type: string }
  readonly parts: Set<OpenPlace>
  /** The iteration of a Map that this place is. */
  readonly iteration?: { readonly name: string; readonly index: number }
}

/** One visit to a state. */
export interface Visit {
  readonly part: Part
  readonly name: string
  readonly state: State
  readonly input: Json
  readonly entered: { readonly id: number; readonly timestamp: number }
  /** How far its iterations or branches were before, where it is one that is redriven. */
  readonly parts: Position['parts']
}

/** What a state leaves behind: its output, and the state that follows; null at an end. */
export interface Left {
  readonly output: Json
  readonly next: string | null
}

/** The context object as a state sees it. */
export const contextOf = (run: Run, { part, name, entered }: Visit, retryCount = 0): JsonObject => ({
  ...run.context,
  State: {
    EnteredTime: new Date(entered.timestamp).toISOString(),
    Name: name,
    RetryCount: retryCount,
  },
  ...(part.item && { Map: { Item: part.item } }),
})
