import type { ReleasedSlice, SliceMetrics, Verdict } from '../shared/documents.ts'
import type { Rule, Thresholds } from './rule.ts'

const ACTIONS = ['halt', 'quarantine', 'warn'] as const

/** The verdict of each rule on a slice. */
export const judge = (
  rules: readonly Rule[],
  metrics: SliceMetrics,
  former: ReleasedSlice | undefined,
): Verdict[] =>
  rules.map(({ name, measure, thresholds, message }) => {
    const value = measure(metrics, former)
    const action = value === undefined ? 'pass' : actionFor(value, thresholds)
    const threshold = thresholds[action === 'pass' ? 'warn' : action] ?? firstOf(thresholds)
    const unknown = 'There is nothing to compare with yet.'
    return {
      rule: name,
      action,
      value: value ?? 'unknown',
      threshold: threshold ?? null,
      message: value === undefined ? unknown : message(metrics, former),
    }
  })

const actionFor = (value: number, thresholds: Thresholds): Verdict['action'] =>
  ACTIONS.find((action) => value > (thresholds[action] ?? Number.POSITIVE_INFINITY)) ?? 'pass'

const firstOf = ({ quarantine, halt }: Thresholds): number | undefined => quarantine ?? halt
