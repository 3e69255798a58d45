import type { Window } from '../../../stream/rules/window.ts'
import type { Value } from './distinct.ts'
import type { Measured, Slot } from './measured.ts'
import type { PreparedEvent } from './prepared-event.ts'

export interface Pane {
  readonly start: number
  /** What is kept of each key, one slot per measure. */
  readonly keys: Map<Value, Slot[]>
  /** All events, whatever their key. */
  traffic: number
}

/**
 * The events of open windows by pane, which is a slide long, so that windows that overlap share them. A pane goes with the
 * last window that it is in.
 */
export class Panes {
  readonly #window: Window
  readonly #measured: readonly Measured[]
  readonly #panes = new Map<number, Pane>()
  #last: Pane = { start: Number.NaN, keys: new Map(), traffic: 0 }
  /** Start of the earliest pane; infinite where there is none. */
  earliest = Number.POSITIVE_INFINITY

  constructor(window: Window, measured: readonly Measured[]) {
    this.#window = window
    this.#measured = measured
  }

  /** Keys in panes: what is held in memory. */
  get entries(): number {
    return this.#panes.values().reduce((sum, pane) => sum + pane.keys.size, 0)
  }

  add(event: PreparedEvent, start: number, key: Value): void {
    // Events come roughly in the order of their time, so the pane is mostly the last one.
    const pane = start === this.#last.start ? this.#last : this.#take(start)
    const measured = this.#measured
    let slots = pane.keys.get(key)
    if (!slots) {
      slots = new Array<Slot>(measured.length).fill(undefined)
      pane.keys.set(key, slots)
    }
    for (let i = 0; i < measured.length; i++) slots[i] = (measured[i] as Measured).add(slots[i], event)
    pane.traffic++
  }

  get(start: number): Pane | undefined {
    return this.#panes.get(start)
  }

  /** The panes of the window that ends there. */
  of(end: number): Pane[] {
    const { size, slide } = this.#window
    const starts = Array.from({ length: size / slide }, (_, i) => end - size + i * slide)
    return starts.flatMap((start) => this.#panes.get(start) ?? [])
  }

  /** Drops the panes whose last window ends there or before. */
  drop(end: number): void {
    for (const start of this.#panes.keys()) {
      if (start + this.#window.size > end) continue
      this.#panes.delete(start)
    }
    this.#last = { start: Number.NaN, keys: new Map(), traffic: 0 }
    this.earliest = Math.min(Number.POSITIVE_INFINITY, ...this.#panes.keys())
  }

  #take(start: number): Pane {
    let pane = this.#panes.get(start)
    if (!pane) {
      pane = { start, keys: new Map(), traffic: 0 }
      this.#panes.set(start, pane)
      this.earliest = Math.min(this.earliest, start)
    }
    this.#last = pane
    return pane
  }
}
