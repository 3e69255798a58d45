import { SEVERITIES, type Severity } from '../../catalog/stream.ts'
import type { Finding } from '../../stream/findings.ts'
import type { RecordedAlert } from '../stream/runtime/control-records.ts'
import type { OutboxMessage } from '../stream/runtime/outbox.ts'
import { duration, number, plural, render } from './format.ts'

/** How far the path has come, all since the job began. */
export interface StreamProgress {
  readonly records: number
  /** What the records are once aggregated ones are taken apart. */
  readonly parts: number
  readonly events: number
  readonly late: number
  readonly deadLetters: number
  readonly open: number
  /** Milliseconds since 1970; not finite as long as there is none. */
  readonly watermark: number
  readonly newest: number
}

export interface LiveFigures extends StreamProgress {
  readonly eventsPerSecond: number
  /** Records that nobody has read yet. */
  readonly unread: number
  readonly alerts: Readonly<Record<Severity, number>>
  readonly messages: number
}

/** Alerts by severity. */
export class AlertCount {
  readonly counts: Record<Severity, number> = { low: 0, medium: 0, high: 0 }

  saw({ record, severity }: Finding): void {
    if (record === 'alert' && severity !== null) this.counts[severity]++
  }
}

const time = (ms: number): string => new Date(ms).toISOString().slice(0, 19)
const severities = (counts: Readonly<Record<Severity, number>>): string =>
  SEVERITIES.toReversed()
    .map((severity) => `${number(counts[severity])} ${severity}`)
    .join(', ')

interface Part {
  readonly full: string
  readonly short: string
}

/** The state of things in one line of at most so many characters; the narrower it is, the less is in it. */
export function liveLine(figures: LiveFigures, columns = Number.POSITIVE_INFINITY): string {
  const { watermark, newest } = figures
  const behind = `${number(Math.max(0, Math.round((newest - watermark) / 1000)))} s behind`
  const has = Number.isFinite(watermark)
  const rate = number(Math.round(figures.eventsPerSecond))
  const alerts = severities(figures.alerts)
  const { deadLetters, late } = figures
  const trouble = [
    ...(deadLetters > 0 ? [plural(deadLetters, 'dead letter')] : []),
    ...(late > 0 ? [`${number(late)} late`] : []),
  ].join(', ')
  const parts: Part[] = [
    { full: `${rate} events/s`, short: `${rate} events/s` },
    { full: `alerts: ${alerts}`, short: alerts },
    {
      full: has ? `at ${time(watermark)}, ${behind} the newest event` : 'no watermark yet',
      short: has ? behind : 'no watermark yet',
    },
    ...(trouble === '' ? [] : [{ full: trouble, short: trouble }]),
    { full: `${number(figures.unread)} unread`, short: `${number(figures.unread)} unread` },
    { full: `${number(figures.messages)} told`, short: `${number(figures.messages)} told` },
    { full: `${number(figures.open)} keys in open windows`, short: `${number(figures.open)} keys` },
  ]
  const full = parts.map((part) => part.full).join(' · ')
  if (full.length <= columns) return full
  // The last ones are the ones that are missed least.
  for (let count = parts.length; ; count--) {
    const some = parts.slice(0, count).map(({ short }) => short)
    const line = some.join(' · ')
    if (line.length <= columns || count === 1) return line
  }
}

/** What should be the same, counted twice. */
export interface Check {
  readonly says: string
  readonly holds: boolean
}

/** Both sides of what should be the same. */
export interface Ended extends StreamProgress {
  readonly sent: number
  readonly lines: number
  readonly rawLines: number
}

/** Whether anything was lost, by count. */
export function checksOf(ended: Ended): readonly Check[] {
  const { sent, records, parts, events, late, deadLetters, lines, rawLines } = ended
  const inWindows = events - late
  return [
    {
      says: `sent ${number(sent)} records = read ${number(records)}`,
      holds: sent === records,
    },
    {
      says: `in windows ${number(inWindows)} + late ${number(late)} + dead letters ${number(deadLetters)} = ${number(inWindows + late + deadLetters)} events of ${number(records)} records`,
      // Of aggregated records there are more parts than records.
      holds: inWindows >= 0 && parts >= records && inWindows + late + deadLetters === parts,
    },
    { says: `raw zone ${number(rawLines)} lines = sent ${number(lines)}`, holds: rawLines === lines },
  ]
}

export interface Summary {
  readonly ms: number
  readonly ended: Ended
  /** Those that are new in the table. */
  readonly alerts: readonly RecordedAlert[]
  readonly messages: readonly OutboxMessage[]
  /** Alerts that were found, whether they were in the table before or not. */
  readonly found: Readonly<Record<Severity, number>>
  readonly discarded: number
  readonly deadLetterStream: string
  /** Lines of the input that are no events and were not sent. */
  readonly leftOut: number
  /** What this process found is not all that the job did. */
  readonly wentOn: boolean
}

interface RuleCount extends Record<Severity, number> {
  readonly rule: string
  /** How many users, products or categories. */
  readonly keys: number
}

const byRule = (alerts: readonly RecordedAlert[]): RuleCount[] =>
  [...Map.groupBy(alerts, ({ rule }) => rule)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, ofRule]) => {
      const count = (severity: Severity) => ofRule.filter((one) => one.severity === severity).length
      const keys = new Set(ofRule.map(({ key_value }) => key_value)).size
      return { rule, low: count('low'), medium: count('medium'), high: count('high'), keys }
    })

/** What is said at the end. */
export function summaryText(summary: Summary): string {
  const { ms, ended, alerts, messages, found, discarded, leftOut } = summary
  const { deadLetters, late } = ended
  const since = summary.wentOn ? ' since it went on' : ''
  const columns = ['rule', ...SEVERITIES, 'keys'] as const
  const rows = byRule(alerts).map((count) => columns.map((column) => count[column]))
  const parts = [
    `The input is over after ${duration(ms)}, and all windows are closed.\n`,
    ...checksOf(ended).map(({ says, holds }) => `${holds ? 'ok   ' : 'WRONG'} ${says}\n`),
    ...(deadLetters > 0
      ? [
          `${plural(deadLetters, 'dead letter')}: each with its reasons in the stream ${summary.deadLetterStream}, and whole in the raw zone\n`,
        ]
      : []),
    ...(late > 0 ? [`${plural(late, 'event')} came behind the watermark and counted in no window\n`] : []),
    ...(leftOut > 0 ? [`not sent, no events: ${plural(leftOut, 'line')} of the file\n`] : []),
    `\nalerts found${since}: ${severities(found)}; new in the table: ${number(alerts.length)}\n`,
    ...(rows.length > 0 ? [render({ columns, rows }, 'table')] : []),
    `\n${plural(messages.length, 'message')} told\n`,
    ...messages.map(({ Subject }) => `  ${Subject}\n`),
    ...(discarded > 0
      ? [
          `${plural(discarded, 'finding')} could not be processed: the failures bucket has what the function was given\n`,
        ]
      : []),
  ]
  return parts.join('')
}

/** The same for scripts. Counts are events but where they say records or lines; times are in milliseconds. */
export function summaryJson({ ended, alerts, messages, ...summary }: Summary) {
  const { sent, lines, rawLines, records, parts, events, late, deadLetters } = ended
  const counts = { sent, lines, rawLines, records, parts, events, late, deadLetters }
  const { ms, found, discarded, leftOut, wentOn } = summary
  return {
    ms,
    wentOn,
    counts: { ...counts, inWindows: events - late, leftOut, discarded },
    checks: checksOf(ended),
    alerts: { found, recorded: byRule(alerts) },
    messages: messages.map(({ publishedAt, Subject }) => ({ publishedAt, subject: Subject })),
  }
}
