import type { SliceMetrics, Verdict } from '../shared/documents.ts'
import { actionFor, type Overrides, thresholdOf } from '../shared/thresholds.ts'
import type { Former, Rule } from './rule.ts'

/** The verdict of each rule on a slice, by the rules' thresholds where the environment has no others. */
export const judge = (
  rules: readonly Rule[],
  metrics: SliceMetrics,
  former: Former,
  overrides: Overrides = {},
): Verdict[] =>
  rules.map(({ name, measure, figures, remedy, ...rule }) => {
    const thresholds = overrides[name] ?? rule.thresholds
    const value = measure(metrics, former)
    if (typeof value !== 'number')
      return {
        rule: name,
        action: 'pass',
        value: 'unknown',
        threshold: thresholdOf('pass', thresholds),
        message: value.unknown,
      }
    const action = actionFor(value, thresholds)
    const said = figures(metrics, former)
    return {
      rule: name,
      action,
      value,
      threshold: thresholdOf(action, thresholds),
      message: action === 'pass' ? said : `${said} ${remedy}`,
    }
  })
