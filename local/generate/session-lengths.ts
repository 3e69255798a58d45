import { EVENTS_PER_SESSION } from './calibration.ts'
import { Quantiles } from './quantiles.ts'
import { mix } from './random.ts'

/** How many events each session has: a function of its number, so that sessions can be counted before they are made. */
export class SessionLengths {
  readonly #quantiles = new Quantiles(EVENTS_PER_SESSION)
  readonly #key: number

  constructor(key: number) {
    this.#key = key
  }

  at(session: number): number {
    return this.#quantiles.whole(mix(session ^ this.#key))
  }

  /** The number of sessions with `events` events in all, and what the last of them has to leave out. */
  filling(events: number): { sessions: number; surplus: number } {
    let sessions = 0
    let sum = 0
    while (sum < events) sum += this.at(sessions++)
    return { sessions, surplus: sum - events }
  }
}
