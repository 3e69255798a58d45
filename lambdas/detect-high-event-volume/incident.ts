import { SEVERITIES, type Severity } from '../../catalog/stream.ts'
import type { Finding } from '../../stream/findings.ts'
import { parseTimestamp } from '../../stream/timestamp.ts'

/** An alert of a rule and key that comes so much later than the last one begins a new incident. */
export const QUIET_MS = 5 * 60_000

/** From here on somebody is called. */
const CALLS_FROM: Severity = 'medium'

/** An attack while it goes on: one rule, one key, alerts without a longer pause. Times are milliseconds since 1970. */
export interface Incident {
  readonly rule: string
  readonly keyColumn: string
  readonly keyValue: string
  /** Start of the window with which it was opened: its place in the table. */
  readonly opened: number
  /** First and last instant of all its windows. */
  readonly since: number
  readonly until: number
  readonly severity: Severity
  /** The largest value of the measure, and the alert that had it. */
  readonly peak: bigint
  readonly peakAlert: string
  /** The severity of which somebody was told. */
  readonly told: Severity | null
}

const rank = (severity: Severity | null): number => (severity === null ? -1 : SEVERITIES.indexOf(severity))
const millisecondsOf = (time: string): number => parseTimestamp(time)?.ms ?? 0

export const windowOf = ({ window_start, window_end }: Finding): { start: number; end: number } => ({
  start: millisecondsOf(window_start),
  end: millisecondsOf(window_end),
})

export const severityOf = ({ severity }: Finding): Severity => severity ?? 'low'

/** Whether an alert goes on with an incident or begins one. */
export const belongsTo = ({ since, until }: Incident, alert: Finding): boolean => {
  const { start, end } = windowOf(alert)
  return start <= until + QUIET_MS && end >= since - QUIET_MS
}

export function openedBy(alert: Finding): Incident {
  const { start, end } = windowOf(alert)
  return {
    rule: alert.rule,
    keyColumn: alert.key_column,
    keyValue: alert.key_value,
    opened: start,
    since: start,
    until: end,
    severity: severityOf(alert),
    peak: alert.measure_value,
    peakAlert: alert.id,
    told: null,
  }
}

/** The incident with an alert in it. Folding the same alert in again, in whatever order, changes nothing. */
export function withAlert(incident: Incident, alert: Finding): Incident {
  const { start, end } = windowOf(alert)
  const severity = severityOf(alert)
  const isPeak = isWorse(alert, incident.peak)
  return {
    ...incident,
    since: Math.min(incident.since, start),
    until: Math.max(incident.until, end),
    severity: rank(severity) > rank(incident.severity) ? severity : incident.severity,
    ...(isPeak && { peak: alert.measure_value, peakAlert: alert.id }),
  }
}

/** Whether somebody has to be told: once when it is serious enough, and once more when it gets worse. */
export const mustTell = ({ severity, told }: Incident): boolean =>
  rank(severity) >= rank(CALLS_FROM) && rank(severity) > rank(told)

/** Of a measure that falls below its threshold the least is the worst. */
const isWorse = ({ measure_value, threshold }: Finding, than: bigint): boolean =>
  threshold !== null && measure_value < threshold ? measure_value < than : measure_value > than
