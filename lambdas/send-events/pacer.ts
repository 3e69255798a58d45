import { setTimeout as sleep } from 'node:timers/promises'

/** Lets so many pass in a second, on average since the beginning. */
export class Pacer {
  readonly #rate: number
  readonly #started = performance.now()
  #passed = 0

  constructor(rate: number) {
    this.#rate = rate
  }

  /** Waits until these may go. */
  async pass(count: number): Promise<void> {
    const due = this.#started + (this.#passed / this.#rate) * 1000
    this.#passed += count
    const wait = due - performance.now()
    if (wait > 1) await sleep(wait)
  }
}
