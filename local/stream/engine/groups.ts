import type { Finding } from '../../../stream/findings.ts'
import type { Kpi } from '../../../stream/kpis/kpi.ts'
import type { KeyColumn, Rule } from '../../../stream/rules/rule.ts'
import { duration } from '../../../stream/rules/spoken.ts'
import type { Window } from '../../../stream/rules/window.ts'
import type { EngineCheckpoint } from './checkpoint.ts'
import { toValue, type Value } from './distinct.ts'
import type { PreparedEvent } from './prepared-event.ts'
import { watchKpi } from './watch-kpi.ts'
import { watchRule } from './watch-rule.ts'
import { type Level, TrailingWatcher } from './watch-trailing.ts'
import { WindowGroup } from './window-group.ts'

/** All windows of all rules: those that share a key and a window share their state. */
export class Groups {
  readonly #groups = new Map<string, WindowGroup>()
  readonly #all: WindowGroup[] = []
  readonly #late: number[] = []
  readonly #trailing = new Map<string, TrailingWatcher>()
  /** The watermark at which the next window of any rule closes. */
  #due = Number.POSITIVE_INFINITY

  constructor(a: {
    readonly rules: readonly Rule[]
    readonly kpis: readonly Kpi[]
    readonly watermark: number
    readonly checkpoint?: EngineCheckpoint
    readonly emit: (finding: Finding) => void
  }) {
    for (const rule of a.rules) {
      const group = this.#group(rule.key, rule.window, a.watermark)
      if (rule.kind === 'threshold') group.watch(watchRule(rule, a.emit))
      else {
        const watcher = new TrailingWatcher(rule, a.emit, levelsOf(rule, a.checkpoint))
        this.#trailing.set(rule.id, watcher)
        group.watch(watcher)
      }
    }
    for (const kpi of a.kpis) this.#group(kpi.key, kpi.window, a.watermark).watch(watchKpi(kpi, a.emit))
    this.#all = [...this.#groups.values()]
    this.#late = this.#all.map(({ name }) => a.checkpoint?.counts.lateByWindow[name] ?? 0)
  }

  /** False where the event is too late for every window. */
  add(event: PreparedEvent, watermark: number, count: boolean): boolean {
    let counted = false
    for (let i = 0; i < this.#all.length; i++) {
      const group = this.#all[i] as WindowGroup
      if (group.add(event, watermark)) {
        counted = true
        if (group.due < this.#due) this.#due = group.due
      } else if (count) this.#late[i] = (this.#late[i] as number) + 1
    }
    return counted
  }

  advance(watermark: number): void {
    if (watermark < this.#due) return
    this.#due = Number.POSITIVE_INFINITY
    for (const group of this.#all) {
      if (watermark >= group.due) group.advance(watermark)
      this.#due = Math.min(this.#due, group.due)
    }
  }

  get entries(): number {
    return this.#all.reduce((sum, group) => sum + group.entries, 0)
  }

  /** How far back an event can lie and still be in an open window, in milliseconds before the watermark. */
  get longest(): number {
    return Math.max(0, ...this.#all.map(({ window }) => window.size + window.slide))
  }

  /** Late events by window: an event can be too late for ten seconds and in time for five minutes. */
  late(): Record<string, number> {
    return Object.fromEntries(this.#all.map(({ name }, i) => [name, this.#late[i] as number]))
  }

  levels(): EngineCheckpoint['levels'] {
    return Object.fromEntries(
      Array.from(this.#trailing, ([id, watcher]) => [
        id,
        watcher
          .levels()
          .map(([key, levels]) => [
            String(key),
            levels.map(([end, part, of]) => [end, String(part), String(of)] as [number, string, string]),
          ]),
      ]),
    )
  }

  #group(key: KeyColumn, window: Window, watermark: number): WindowGroup {
    const name = `${key}, ${duration(window.size)}${window.slide === window.size ? '' : ` every ${duration(window.slide)}`}`
    let group = this.#groups.get(name)
    if (!group) {
      group = new WindowGroup(name, key, window, watermark)
      this.#groups.set(name, group)
    }
    return group
  }
}

function levelsOf(rule: Rule, checkpoint?: EngineCheckpoint): [Value, Level[]][] {
  const keyOf = (text: string): Value => (rule.key === 'all' ? text : toValue(BigInt(text)))
  return (checkpoint?.levels[rule.id] ?? []).map(([key, levels]) => [
    keyOf(key),
    levels.map(([end, part, of]): Level => [end, BigInt(part), BigInt(of)]),
  ])
}
