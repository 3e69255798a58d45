import { RuleEngine } from '../local/stream/engine/rule-engine.ts'
import { type LabelledHourOptions, labelledHour } from '../local/stream/traffic/labelled-hour.ts'
import type { Finding } from '../stream/findings.ts'
import { KPIS } from '../stream/kpis/index.ts'
import type { Rule } from '../stream/rules/rule.ts'
import { LabelBook } from '../stream/simulator/labels.ts'
import { timestampText } from '../stream/timestamp.ts'
import { alarms, type LabelSpan, matchAlerts, scoreDetection } from './detection-score.ts'
import { crossedAt, type TimedEvent } from './threshold-crossing.ts'

const SHARD = 'shardId-000000000000'

export interface Detection {
  readonly events: number
  readonly seconds: number
  readonly spans: readonly LabelSpan[]
  /** Per attack: what told of it first, and the milliseconds from the first passing of a threshold to that alert. */
  readonly delays: readonly { readonly attack: string; readonly rule: string; readonly ms: number }[]
  readonly scores: ReturnType<typeof scoreDetection>
  readonly falseAlarms: readonly Finding[]
  /** Recorded without alarm. */
  readonly low: number
}

/** Sends a labelled hour through the rules, at the pace of its own time, and says what they made of it. */
export async function detect(rules: readonly Rule[], options: LabelledHourOptions): Promise<Detection> {
  const { events } = labelledHour(options)
  const book = new LabelBook()
  const emitted: { finding: Finding; at: number }[] = []
  let now = options.from
  const engine = new RuleEngine({ rules, kpis: KPIS, emit: (finding) => emitted.push({ finding, at: now }) })
  engine.addShard(SHARD)
  const all: TimedEvent[] = []
  const started = performance.now()
  let count = 0
  for await (const { label, ...event } of events) {
    now = event.time
    if (label) book.saw(label, event.time)
    const stamped = { ...event, txn_timestamp: timestampText(event.time) }
    all.push(stamped)
    engine.take(SHARD, String(count++), stamped)
  }
  engine.drain()
  const seconds = (performance.now() - started) / 1000
  const known = book.spans()
  const alarmed = emitted.filter(({ finding }) => alarms(finding))
  const matched = matchAlerts(
    alarmed.map(({ finding }) => finding),
    known,
  )
  const delays = known
    .filter(({ label }) => label.kind === 'attack')
    .flatMap((span) => {
      const first = matched.findIndex((one) => one.span === span)
      const alarm = alarmed[first]
      if (!alarm) return []
      const rule = rules.find(({ id }) => id === alarm.finding.rule) as Rule
      const own = matched.filter((one) => one.span === span && one.alert.rule === rule.id)
      const crossed = Math.min(...own.map(({ alert }) => crossedAt(rule, alert, all)))
      return { attack: span.label.name, rule: rule.id, ms: alarm.at - crossed }
    })
  return {
    events: count,
    seconds,
    spans: known,
    delays,
    scores: scoreDetection(rules, matched, known),
    falseAlarms: matched.filter(({ span }) => span?.label.kind !== 'attack').map(({ alert }) => alert),
    low: emitted.filter(({ finding }) => finding.severity === 'low').length,
  }
}
