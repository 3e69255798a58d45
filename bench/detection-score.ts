import type { Finding } from '../stream/findings.ts'
import type { Rule } from '../stream/rules/rule.ts'
import type { Label } from '../stream/simulator/simulated-event.ts'
import { parseTimestamp } from '../stream/timestamp.ts'

/** A label with when its events were, in milliseconds since 1970. */
export interface LabelSpan {
  readonly label: Label
  readonly from: number
  readonly to: number
}

export interface Matched {
  readonly alert: Finding
  /** The attack or hard case that it tells of, if any. */
  readonly span: LabelSpan | undefined
}

const ms = (text: string): number => parseTimestamp(text)?.ms ?? Number.NaN

/** Only these call somebody; what is low is recorded. */
export const alarms = ({ record, severity }: Finding): boolean => record === 'alert' && severity !== 'low'

/** Tells alerts about what was put into the traffic from alerts about nothing. An attack goes before a hard case. */
export function matchAlerts(alerts: readonly Finding[], spans: readonly LabelSpan[]): Matched[] {
  const byKind = spans.toSorted((a, b) => (a.label.kind < b.label.kind ? -1 : 1))
  return alerts.map((alert) => ({
    alert,
    span: byKind.find(
      ({ label, from, to }) =>
        ms(alert.window_start) <= to && ms(alert.window_end) > from && isAbout(alert, label),
    ),
  }))
}

function isAbout({ key_column, key_value }: Finding, { users, products, categories }: Label): boolean {
  if (key_column === 'all') return false
  const keys = key_column === 'user_id' ? users : key_column === 'product_id' ? products : categories
  return keys.some((key) => String(key) === key_value)
}

export interface Score {
  readonly rule: string
  readonly alerts: number
  readonly precision: number | null
  /** Attacks that the rule has to find, and found. */
  readonly attacks: number
  readonly found: number
  readonly recall: number | null
  readonly falseAlarms: number
  /** Of these, about a hard case. */
  readonly onHardCases: number
}

/** Precision and recall of each rule, and of all rules together as the last row. */
export function scoreDetection(
  rules: readonly Rule[],
  matched: readonly Matched[],
  spans: readonly LabelSpan[],
): Score[] {
  const attacks = spans.filter(({ label }) => label.kind === 'attack')
  const rows = rules.map(({ id, finds }) =>
    score(
      id,
      matched.filter(({ alert }) => alert.rule === id),
      attacks.filter(({ label }) => finds.some((attack) => attack === label.name)),
    ),
  )
  return [...rows, score('all rules', matched, attacks)]
}

function score(rule: string, matched: readonly Matched[], attacks: readonly LabelSpan[]): Score {
  const right = matched.filter(({ span }) => span?.label.kind === 'attack')
  const found = attacks.filter((attack) => right.some(({ span }) => span === attack)).length
  return {
    rule,
    alerts: matched.length,
    precision: matched.length === 0 ? null : right.length / matched.length,
    attacks: attacks.length,
    found,
    recall: attacks.length === 0 ? null : found / attacks.length,
    falseAlarms: matched.length - right.length,
    onHardCases: matched.filter(({ span }) => span?.label.kind === 'hard-case').length,
  }
}
