import { SEVERITIES } from '../../../catalog/stream.ts'
import type { Finding } from '../../../stream/findings.ts'
import type { Measure } from '../../../stream/rules/measure.ts'
import type { ThresholdRule, Thresholds } from '../../../stream/rules/rule.ts'
import { found } from './found.ts'
import type { Watcher } from './window-group.ts'

const BASIS_POINTS = 10_000n

/** The highest severity whose threshold the value passes. */
export function severityOf(thresholds: Thresholds, passes: (threshold: number) => boolean) {
  const severity = SEVERITIES.findLast((one) => {
    const threshold = thresholds[one]
    return threshold !== undefined && passes(threshold)
  })
  return severity && { severity, threshold: thresholds[severity] as number }
}

/** Finds what a rule of thresholds finds. */
export function watchRule(rule: ThresholdRule, emit: (finding: Finding) => void): Watcher {
  const { id, key, measures, judged, thresholds } = rule
  const measure = measures[judged] as Measure
  const atLeast = Object.entries(rule.atLeast).map(
    ([name, least]) => [measures[name] as Measure, least] as const,
  )
  const { partOf } = rule
  const whole = partOf && { ...partOf, measure: measures[partOf.measure] as Measure }
  const details = Object.entries(measures).filter(([name]) => name !== judged)
  return {
    measures: Object.values(measures),
    needs: { measure, moreThan: SEVERITIES.flatMap((severity) => thresholds[severity] ?? [])[0] as number },
    close: (window) => {
      if (atLeast.some(([required, least]) => window.value(required) < least)) return
      const value = window.value(measure)
      if (whole && value * BASIS_POINTS < BigInt(whole.basisPoints) * window.value(whole.measure)) return
      const passed = severityOf(thresholds, (threshold) => value > threshold)
      emit(
        found({
          record: 'alert',
          rule: id,
          key,
          window,
          measure: judged,
          kind: measure.kind,
          value,
          details: Object.fromEntries(details.map(([name, detail]) => [name, window.value(detail)])),
          ...(passed && { passed }),
        }),
      )
    },
  }
}
