import { appendFileSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * How often something has changed, counted over all processes: a file that grows by a byte with each change. To ask costs
 * one look at its size, and what another process adds between two looks is never overlooked.
 */
export class ChangeCount {
  readonly #path: string
  #seen: number

  constructor(path: string) {
    this.#path = path
    this.#seen = this.#count()
  }

  /** Whether another process has changed something since the last look. */
  look(): boolean {
    const count = this.#count()
    const hasChanged = count !== this.#seen
    this.#seen = count
    return hasChanged
  }

  /** Adds a change; one that its own process knows is none for it to look at. */
  add(isKnown: boolean): void {
    mkdirSync(dirname(this.#path), { recursive: true })
    appendFileSync(this.#path, '.')
    if (isKnown) this.#seen++
  }

  #count(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
  }
}
