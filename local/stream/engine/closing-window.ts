import type { Measure } from '../../../stream/rules/measure.ts'
import type { Value } from './distinct.ts'
import type { Measured, Slot } from './measured.ts'
import type { Pane } from './panes.ts'

const BASIS_POINTS = 10_000n

/** The measures of one key after the other, in a window that closes. */
export class ClosingWindow {
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  key: Value = ''
  readonly #panes: readonly Pane[]
  readonly #traffic: number
  readonly #measured: readonly Measured[]
  readonly #placeOf: (measure: Measure) => number
  readonly #held: Slot[][] = []
  readonly #slots: Slot[] = []

  constructor(a: {
    readonly start: number
    readonly end: number
    readonly panes: readonly Pane[]
    readonly measured: readonly Measured[]
    readonly placeOf: (measure: Measure) => number
  }) {
    this.start = a.start
    this.end = a.end
    this.#panes = a.panes
    this.#traffic = a.panes.reduce((sum, { traffic }) => sum + traffic, 0)
    this.#measured = a.measured
    this.#placeOf = a.placeOf
  }

  look(key: Value): void {
    this.key = key
    this.#held.length = 0
    for (const pane of this.#panes) {
      const slots = pane.keys.get(key)
      if (slots) this.#held.push(slots)
    }
  }

  value(measure: Measure): bigint {
    const place = this.#placeOf(measure)
    const value = (this.#measured[place] as Measured).value(this.#column(place))
    return measure.kind === 'share' ? (value * BASIS_POINTS) / BigInt(this.#traffic) : value
  }

  /** True where the measure is more than that. Says no for nearly all keys without counting distinct values. */
  passes(measure: Measure, moreThan: number): boolean {
    const place = this.#placeOf(measure)
    const most = (this.#measured[place] as Measured).atMost(this.#column(place))
    if (measure.kind === 'share' ? most === 0 : most <= moreThan) return false
    return this.value(measure) > moreThan
  }

  #column(place: number): readonly Slot[] {
    this.#slots.length = 0
    for (const slots of this.#held) this.#slots.push(slots[place])
    return this.#slots
  }
}
