export interface UpcomingEvent {
  readonly type: number
  readonly product: number
  readonly user: number
  readonly session: string
}

/** Events that wait for their second: what sessions under way still have to do. */
export class Upcoming {
  readonly #seconds = new Map<number, UpcomingEvent[]>()

  add(second: number, event: UpcomingEvent): void {
    const waiting = this.#seconds.get(second)
    if (waiting) waiting.push(event)
    else this.#seconds.set(second, [event])
  }

  /** The events of a second, in the order in which they were added. */
  take(second: number): readonly UpcomingEvent[] {
    const waiting = this.#seconds.get(second) ?? []
    this.#seconds.delete(second)
    return waiting
  }
}
