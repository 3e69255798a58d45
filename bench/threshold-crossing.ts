import { Measured } from '../local/stream/engine/measured.ts'
import { PreparedEvent } from '../local/stream/engine/prepared-event.ts'
import type { StreamEvent } from '../stream/events.ts'
import type { Finding } from '../stream/findings.ts'
import type { Measure } from '../stream/rules/measure.ts'
import type { Rule } from '../stream/rules/rule.ts'
import { parseTimestamp } from '../stream/timestamp.ts'

export type TimedEvent = StreamEvent

/** When, within an alert's window, the rule's measure first passed the lowest threshold that alarms; in milliseconds since 1970. */
export function crossedAt(rule: Rule, alert: Finding, events: readonly TimedEvent[]): number {
  const [start, end] = [
    parseTimestamp(alert.window_start)?.ms ?? 0,
    parseTimestamp(alert.window_end)?.ms ?? 0,
  ]
  if (rule.kind === 'trailing') return end
  const threshold = rule.thresholds.medium ?? rule.thresholds.high ?? Number.POSITIVE_INFINITY
  const needed = Object.entries({ ...rule.atLeast, [rule.judged]: threshold + 1 }).map(([name, least]) => ({
    measured: new Measured(rule.measures[name] as Measure, rule.window.size),
    kind: rule.measures[name]?.kind,
    least,
    slot: undefined as ReturnType<Measured['add']>,
  }))
  const prepared = new PreparedEvent()
  let traffic = 0
  for (const event of events) {
    if (event.time < start || event.time >= end) continue
    traffic++
    prepared.load(event)
    if (String(prepared.key(rule.key)) !== alert.key_value) continue
    for (const one of needed) one.slot = one.measured.add(one.slot, prepared)
    const passes = needed.every(({ measured, kind, least, slot }) => {
      const value = measured.atMost([slot])
      return (kind === 'share' ? (value * 10_000) / traffic : value) >= least
    })
    if (passes) return event.time
  }
  throw new Error(`${alert.id} never passed ${threshold}: the alert and its events do not belong together.`)
}
