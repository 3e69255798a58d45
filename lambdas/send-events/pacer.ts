import { setTimeout as sleep } from 'node:timers/promises'

/** What may be made up for after a delay: more would go all at once, and take the room of live events. */
const CREDIT_MS = 200

/** Lets so many pass in a second. What was not used, because nothing was found or the stream had no room, is not made up for. */
export class Pacer {
  readonly #rate: number
  #due: number | undefined

  constructor(rate: number) {
    this.#rate = rate
  }

  /** Waits until these may go. */
  async pass(count: number): Promise<void> {
    const now = performance.now()
    const due = Math.max(this.#due ?? now, now - CREDIT_MS)
    this.#due = due + (count / this.#rate) * 1000
    if (due - now > 1) await sleep(due - now)
  }
}
