import type { Finding } from '../../../stream/findings.ts'
import type { Measure } from '../../../stream/rules/measure.ts'
import { judgedMeasure, type TrailingRule } from '../../../stream/rules/rule.ts'
import type { Value } from './distinct.ts'
import { found } from './found.ts'
import { severityOf } from './watch-rule.ts'
import type { Watcher } from './window-group.ts'

/** A closed window of a key: its end, and what the level is made of. */
export type Level = readonly [end: number, part: bigint, of: bigint]

const BASIS_POINTS = 10_000n

/** Finds where a level falls. It keeps the windows of the time before, which a checkpoint has to have. */
export class TrailingWatcher implements Watcher {
  readonly measures: readonly Measure[]
  readonly #rule: TrailingRule
  readonly #emit: (finding: Finding) => void
  readonly #levels: Map<Value, Level[]>
  #swept = Number.NEGATIVE_INFINITY

  constructor(
    rule: TrailingRule,
    emit: (finding: Finding) => void,
    levels: Iterable<readonly [Value, readonly Level[]]> = [],
  ) {
    this.measures = Object.values(rule.measures)
    this.#rule = rule
    this.#emit = emit
    this.#levels = new Map(Array.from(levels, ([key, all]) => [key, [...all]]))
  }

  /** The levels of all keys, for a checkpoint. */
  levels(): (readonly [Value, readonly Level[]])[] {
    return Array.from(this.#levels, ([key, all]) => [key, [...all]])
  }

  readonly close: Watcher['close'] = (window) => {
    const { id, key, measures, part, of, thresholds } = this.#rule
    this.#sweep(window.end)
    const now = window.value(measures[part] as Measure)
    const all = window.value(measures[of] as Measure)
    const levels = this.#levels.get(window.key) ?? []
    const before = levels.filter(([end]) => end >= window.end - this.#rule.trailing)
    this.#levels.set(window.key, [...before, [window.end, now, all]])
    const partBefore = before.reduce((sum, [, value]) => sum + value, 0n)
    const ofBefore = before.reduce((sum, [, , value]) => sum + value, 0n)
    if (before.length < this.#rule.windowsAtLeast || all * partBefore === 0n) return
    if (all * partBefore < BigInt(this.#rule.expectedAtLeast) * ofBefore) return
    const level = (now * ofBefore * BASIS_POINTS) / (all * partBefore)
    const passed = severityOf(thresholds, (threshold) => level < threshold)
    if (!passed) return
    const values = Object.entries(measures).map(([name, measure]) => [name, window.value(measure)])
    const details = {
      ...Object.fromEntries(values),
      [`${part}_before`]: partBefore,
      [`${of}_before`]: ofBefore,
    }
    this.#emit(
      found({
        record: 'alert',
        rule: id,
        key,
        window,
        measure: judgedMeasure(this.#rule),
        value: level,
        details,
        passed,
      }),
    )
  }

  /** Forgets keys that were not seen for the trailing time, once a window. */
  #sweep(end: number): void {
    if (end === this.#swept) return
    this.#swept = end
    for (const [key, levels] of this.#levels)
      if ((levels.at(-1)?.[0] ?? 0) < end - this.#rule.trailing) this.#levels.delete(key)
  }
}
