import { AbortedError } from './aborted-error.ts'
import type { EventDetails, HistoryEvent } from './history-event.ts'
import { TaskError } from './task-error.ts'

/** "The execution reached the maximum number of history events": the last one is left for the end itself. */
const MOST_EVENTS = 25_000

/** Where something happens: a machine's own states, those of an iteration, or those of a branch. */
export interface Place {
  readonly path: readonly string[]
  readonly signal: AbortSignal
  /** The id of what happened there last. */
  last: number
}

export interface JournalOptions {
  /** How many events there are already. */
  readonly from: number
  /** Throws where the event can't be kept. */
  readonly write: (event: HistoryEvent) => void
  readonly onEvent?: ((event: HistoryEvent) => void) | undefined
}

interface Recorded {
  readonly state?: string
  readonly details?: EventDetails
  readonly next?: string | null
  /** What led to it where that is not what happened last. */
  readonly previous?: number
}

/** Gives events their ids and keeps them, in the order in which they happen. */
export class Journal {
  #id: number
  readonly #write: (event: HistoryEvent) => void
  readonly #onEvent: ((event: HistoryEvent) => void) | undefined

  constructor({ from, write, onEvent }: JournalOptions) {
    this.#id = from
    this.#write = write
    this.#onEvent = onEvent
  }

  /** Keeps an event of a part that runs. In one that has been aborted nothing happens any more. */
  record(place: Place, type: string, recorded: Recorded = {}): HistoryEvent {
    if (place.signal.aborted) throw new AbortedError()
    if (this.#id >= MOST_EVENTS - 1)
      throw new TaskError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MOST_EVENTS}).`,
      )
    const event = this.#keep(type, recorded.previous ?? place.last, recorded, place.path)
    place.last = event.id
    return event
  }

  /** Keeps that a part was aborted or failed, for as long as there is room. */
  close(place: Place, type: string, previous: number, recorded: Recorded = {}): void {
    if (this.#id < MOST_EVENTS - 1) this.#keep(type, previous, recorded, place.path)
  }

  /** Keeps an event of the execution as a whole. */
  mark(type: string, previous: number, details?: EventDetails): HistoryEvent {
    return this.#keep(type, previous, { ...(details && { details }) }, [])
  }

  #keep(type: string, previousEventId: number, { state, details, next }: Recorded, path: readonly string[]) {
    const event: HistoryEvent = {
      id: this.#id + 1,
      previousEventId,
      timestamp: Date.now(),
      type,
      ...(state !== undefined && { state }),
      ...(path.length > 0 && { frame: path }),
      ...(details && { details }),
      ...(next !== undefined && { next }),
    }
    this.#write(event)
    this.#id = event.id
    this.#onEvent?.(event)
    return event
  }
}
