import type { Measure } from '../../../stream/rules/measure.ts'
import type { KeyColumn } from '../../../stream/rules/rule.ts'
import type { Window } from '../../../stream/rules/window.ts'
import { ClosingWindow } from './closing-window.ts'
import type { Value } from './distinct.ts'
import { Measured } from './measured.ts'
import { Panes } from './panes.ts'
import type { PreparedEvent } from './prepared-event.ts'

/** Who wants to know when windows close: a rule or a KPI. */
export interface Watcher {
  readonly measures: readonly Measure[]
  /** It is told of the keys whose measure is more than that only; of all where this is missing. */
  readonly needs?: { readonly measure: Measure; readonly moreThan: number }
  /** Called for each such key, in no order. */
  readonly close: (window: ClosingWindow) => void
}

/**
 * All rules on the same key and windows. Windows close and events are late as in Flink: the window [start, end) closes when the
 * watermark reaches end - 1; an event counts in those of its windows that are open, and is late where none is.
 */
export class WindowGroup {
  /** `user_id, 5 minutes every a minute`: for people. */
  readonly name: string
  readonly key: KeyColumn
  readonly window: Window
  /** The watermark at which the next window closes. */
  due = Number.POSITIVE_INFINITY
  readonly #measured: Measured[] = []
  readonly #panes: Panes
  readonly #places = new Map<string, number>()
  readonly #placeOf = new WeakMap<Measure, number>()
  readonly #watchers: Watcher[] = []
  /** Windows that end there or before are closed, whether they had events or not. */
  #closedTo: number
  /** Keys to look at though the newest pane lacks them: they passed the time before, or got an event in an older pane. */
  #again = new Set<Value>()
  /** After a restore nobody knows who passed the time before. */
  #everybody = true
  #alwaysEverybody = false

  constructor(name: string, key: KeyColumn, window: Window, watermark: number) {
    this.name = name
    this.key = key
    this.window = window
    this.#panes = new Panes(window, this.#measured)
    this.#closedTo = this.#lastEnd(watermark)
  }

  watch(watcher: Watcher): void {
    for (const measure of watcher.measures) {
      const name = JSON.stringify(measure)
      const place =
        this.#places.get(name) ?? this.#measured.push(new Measured(measure, this.window.slide)) - 1
      this.#places.set(name, place)
      this.#placeOf.set(measure, place)
    }
    this.#watchers.push(watcher)
    // A share grows without an event of its key too, when the others have fewer.
    if (!watcher.needs || watcher.needs.measure.kind === 'share') this.#alwaysEverybody = true
  }

  get entries(): number {
    return this.#panes.entries
  }

  /** False where the event is late. */
  add(event: PreparedEvent, watermark: number): boolean {
    const { size, slide } = this.window
    const start = Math.floor(event.time / slide) * slide
    if (start + size - 1 <= watermark) return false
    const key = event.key(this.key)
    if (start + slide - 1 <= watermark) this.#again.add(key)
    const before = this.#panes.earliest
    this.#panes.add(event, start, key)
    if (start < before) this.#schedule(watermark)
    return true
  }

  /** Closes every window that the watermark has passed. */
  advance(watermark: number): void {
    for (;;) {
      const end = Math.max(this.#panes.earliest, this.#closedTo) + this.window.slide
      // Without panes the end is infinite, and so may the watermark be.
      if (!(end - 1 <= watermark) || end === Number.POSITIVE_INFINITY) break
      this.#close(end)
      this.#closedTo = end
      this.#panes.drop(end)
    }
    this.#schedule(watermark)
  }

  #lastEnd(watermark: number): number {
    return Math.floor((watermark + 1) / this.window.slide) * this.window.slide
  }

  #schedule(watermark: number): void {
    this.#closedTo = Math.max(this.#closedTo, this.#lastEnd(watermark))
    this.due = Math.max(this.#panes.earliest, this.#closedTo) + this.window.slide - 1
  }

  #close(end: number): void {
    const window = new ClosingWindow({
      start: end - this.window.size,
      end,
      panes: this.#panes.of(end),
      measured: this.#measured,
      placeOf: (measure) => this.#placeOf.get(measure) as number,
    })
    const passed = new Set<Value>()
    for (const key of this.#keysOf(end)) {
      window.look(key)
      for (const { needs, close } of this.#watchers) {
        if (needs) {
          if (!window.passes(needs.measure, needs.moreThan)) continue
          passed.add(key)
        }
        close(window)
      }
    }
    this.#again = passed
    this.#everybody = false
  }

  /**
   * Measures only grow with events: a key that has none in the newest pane passes now only if it passed the time before. So not
   * all keys of the window have to be looked at every slide.
   */
  #keysOf(end: number): Iterable<Value> {
    const { size, slide } = this.window
    const newest = this.#panes.get(end - slide)
    if (size === slide) return newest?.keys.keys() ?? []
    if (this.#everybody || this.#alwaysEverybody)
      return new Set(this.#panes.of(end).flatMap((pane) => [...pane.keys.keys()]))
    return this.#again.size === 0 ? (newest?.keys.keys() ?? []) : this.#again.union(newest?.keys ?? new Map())
  }
}
