import type { Measure } from '../rules/measure.ts'
import type { KeyColumn } from '../rules/rule.ts'
import type { Window } from '../rules/window.ts'

/** Figures of every window and key, whether something is wrong or not. The windows are tumbling. */
export interface Kpi {
  readonly id: string
  readonly key: KeyColumn
  readonly window: Window
  readonly measures: Readonly<Record<string, Measure>>
  /** The measure that is the finding's own; the others are its details. */
  readonly measure: string
  /** Details that are a part of a measure in basis points of another one; missing where that is 0. */
  readonly ratios: Readonly<Record<string, { readonly part: string; readonly of: string }>>
}
