import { SEVERITIES, type Severity } from '../../catalog/stream.ts'
import type { Finding } from '../findings.ts'
import type { Attack } from './attack.ts'
import type { Measure } from './measure.ts'
import type { Window } from './window.ts'

/** What a rule looks at: each value of a column by itself, or all traffic. */
export type KeyColumn = 'user_id' | 'product_id' | 'category_id' | 'all'

/** Per severity, the value that the measure has to pass. One that is missing is not given. */
export type Thresholds = Readonly<Partial<Record<Severity, number>>>

/** What the person who is called reads: what happened, and what to do about it. */
export interface Told {
  readonly happened: string
  readonly todo: string
}

interface RuleBase {
  readonly id: string
  readonly key: KeyColumn
  readonly window: Window
  /** By name; the one that is judged is the alert's measure, the others its details. */
  readonly measures: Readonly<Record<string, Measure>>
  readonly thresholds: Thresholds
  /** The attacks that it has to find at `medium` or `high`. */
  readonly finds: readonly Attack[]
  readonly tell: (alert: Finding) => Told
}

/** Alerts where a measure is more than a threshold, and the window has enough in it to mean it. */
export interface ThresholdRule extends RuleBase {
  readonly kind: 'threshold'
  readonly judged: string
  /** Other measures, by name, that have to be at least so much. */
  readonly atLeast: Readonly<Record<string, number>>
  /** The judged measure has to be so many basis points of another one. */
  readonly partOf?: { readonly measure: string; readonly basisPoints: number }
}

/**
 * Alerts where a rate falls: `part / of` in a window is less than so many basis points of what it was in the time before it.
 * The windows are tumbling.
 */
export interface TrailingRule extends RuleBase {
  readonly kind: 'trailing'
  readonly part: string
  readonly of: string
  /** How far back the former level reaches, in milliseconds, not counting the window itself. */
  readonly trailing: number
  /** So many of the windows before have to have had events. */
  readonly windowsAtLeast: number
  /** So much of `part` was to be expected in the window at the former level: with less, chance alone could make it nothing. */
  readonly expectedAtLeast: number
}

export type Rule = ThresholdRule | TrailingRule

type Names<M> = Extract<keyof M, string>

export const thresholdRule = <const M extends Readonly<Record<string, Measure>>>(
  rule: Omit<ThresholdRule, 'kind' | 'measures' | 'judged' | 'atLeast' | 'partOf'> & {
    readonly measures: M
    readonly judged: Names<M>
    readonly atLeast?: Readonly<Partial<Record<Names<M>, number>>>
    readonly partOf?: { readonly measure: Names<M>; readonly basisPoints: number }
  },
): ThresholdRule => {
  checkThresholds(rule.id, rule.thresholds, 'ascending')
  return { ...rule, kind: 'threshold', atLeast: (rule.atLeast ?? {}) as Readonly<Record<string, number>> }
}

export const trailingRule = <const M extends Readonly<Record<string, Measure>>>(
  rule: Omit<TrailingRule, 'kind' | 'measures' | 'part' | 'of'> & {
    readonly measures: M
    readonly part: Names<M>
    readonly of: Names<M>
  },
): TrailingRule => {
  checkThresholds(rule.id, rule.thresholds, 'descending')
  if (rule.window.size !== rule.window.slide)
    throw new RangeError(
      `Rule ${rule.id}: a level that falls is judged from one tumbling window to the next.`,
    )
  if (rule.trailing % rule.window.size !== 0 || rule.trailing <= 0)
    throw new RangeError(`Rule ${rule.id}: ${rule.trailing} ms before are no multiple of its window.`)
  return { ...rule, kind: 'trailing' }
}

/** The name of the measure that an alert of the rule carries. */
export const judgedMeasure = (rule: Rule): string => (rule.kind === 'threshold' ? rule.judged : 'level')

function checkThresholds(id: string, thresholds: Thresholds, order: 'ascending' | 'descending'): void {
  const given = SEVERITIES.flatMap((severity) => thresholds[severity] ?? [])
  if (given.length === 0) throw new RangeError(`Rule ${id} has no threshold.`)
  if (given.some((value) => !Number.isSafeInteger(value) || value < 0))
    throw new RangeError(`Rule ${id}: thresholds are whole numbers, not ${given.join(', ')}.`)
  const sorted = given.toSorted((a, b) => (order === 'ascending' ? a - b : b - a))
  if (sorted.some((value, i) => value !== given[i] || value === given[i - 1]))
    throw new RangeError(
      `Rule ${id}: thresholds from low to high have to be ${order}, they are ${given.join(', ')}.`,
    )
}
