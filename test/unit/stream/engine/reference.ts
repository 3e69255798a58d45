import type { StreamEvent } from '../../../../stream/events.ts'
import { type Finding, findingId } from '../../../../stream/findings.ts'
import type { Kpi } from '../../../../stream/kpis/kpi.ts'
import type { Measure } from '../../../../stream/rules/measure.ts'
import type { KeyColumn, Rule, TrailingRule } from '../../../../stream/rules/rule.ts'
import type { Window } from '../../../../stream/rules/window.ts'
import { timestampText } from '../../../../stream/timestamp.ts'

export interface Taken {
  readonly shard: string
  readonly event: StreamEvent
}

/** The watermark before each event: per shard the latest time less the lag, and the least of all shards; it never goes back. */
function watermarksBefore(taken: readonly Taken[], shards: readonly string[], lag: number): number[] {
  const latest = new Map(shards.map((shard) => [shard, Number.NEGATIVE_INFINITY]))
  let combined = Number.NEGATIVE_INFINITY
  return taken.map(({ shard, event }) => {
    const before = combined
    latest.set(shard, Math.max(latest.get(shard) as number, event.time - lag - 1))
    combined = Math.max(combined, Math.min(...latest.values()))
    return before
  })
}

/** Every window by its first instant, with the events that it took: all that came before it closed. */
function windowsOf(taken: readonly Taken[], watermarks: readonly number[], { size, slide }: Window) {
  const windows = new Map<number, StreamEvent[]>()
  let late = 0
  taken.forEach(({ event }, i) => {
    let counted = false
    for (let start = Math.floor(event.time / slide) * slide; start > event.time - size; start -= slide) {
      if (start + size - 1 <= (watermarks[i] as number)) continue
      windows.set(start, [...(windows.get(start) ?? []), event])
      counted = true
    }
    if (!counted) late++
  })
  return { windows, late }
}

const cents = (event: StreamEvent) => (event.price === null ? null : BigInt(event.price.replace('.', '')))

function measureOf(measure: Measure, events: readonly StreamEvent[], traffic: number): bigint {
  const counted = events.filter((event) => {
    if (measure.only?.types && !measure.only.types.includes(event.event_type)) return false
    const price = cents(event)
    return measure.only?.centsAtMost === undefined || (price !== null && price <= measure.only.centsAtMost)
  })
  const distinct = (values: readonly unknown[]) => BigInt(new Set(values).size)
  switch (measure.kind) {
    case 'events':
      return BigInt(counted.length)
    case 'share':
      return (BigInt(counted.length) * 10_000n) / BigInt(traffic)
    case 'cost':
      return counted.reduce((sum, event) => sum + (cents(event) ?? 0n), 0n)
    case 'distinct':
      return distinct(counted.map((event) => event[measure.column]).filter((value) => value !== null))
    case 'actions':
      return distinct(
        counted.map(({ event_type, product_id, time }) =>
          [event_type, event_type === 'purchase' ? '' : product_id, Math.floor(time / 1000)].join(),
        ),
      )
  }
}

const keyOf = (event: StreamEvent, key: KeyColumn) => (key === 'all' ? 'all' : String(event[key]))

interface Measured {
  readonly key: string
  readonly start: number
  readonly end: number
  readonly values: Record<string, bigint>
}

function measured(
  { key, window, measures }: { key: KeyColumn; window: Window; measures: Readonly<Record<string, Measure>> },
  windows: ReadonlyMap<number, readonly StreamEvent[]>,
): Measured[] {
  return Array.from(windows).flatMap(([start, all]) =>
    Array.from(
      Map.groupBy(all, (event) => keyOf(event, key)),
      ([value, events]) => ({
        key: value,
        start,
        end: start + window.size,
        values: Object.fromEntries(
          Object.entries(measures).map(([name, measure]) => [name, measureOf(measure, events, all.length)]),
        ),
      }),
    ),
  )
}

const SEVERITIES = ['high', 'medium', 'low'] as const

function finding(
  of: { id: string; key: KeyColumn; record: 'alert' | 'kpi' },
  { key, start, end }: Measured,
  rest: Pick<Finding, 'measure' | 'measure_value' | 'severity' | 'threshold' | 'details'> & {
    actions?: boolean
  },
): Finding {
  const { actions, ...columns } = rest
  return {
    id: findingId(of.id, key, start, end),
    record: of.record,
    rule: of.id,
    key_column: of.key,
    key_value: key,
    window_start: timestampText(start),
    window_end: timestampText(end),
    user_id: of.key === 'user_id' ? BigInt(key) : null,
    num_actions_per_watermark: of.key === 'user_id' && actions ? rest.measure_value : null,
    ...columns,
  }
}

function alertsOf(rule: Rule, all: readonly Measured[]): Finding[] {
  return all.flatMap((one) => {
    const judged =
      rule.kind === 'trailing'
        ? levelOf(rule, one, all)
        : { value: one.values[rule.judged] as bigint, more: {} }
    if (judged === undefined) return []
    const severity = SEVERITIES.find((name) => {
      const threshold = rule.thresholds[name]
      if (threshold === undefined) return false
      return rule.kind === 'trailing' ? judged.value < threshold : judged.value > threshold
    })
    if (!severity) return []
    const required = rule.kind === 'threshold' ? rule.atLeast : {}
    if (rule.kind === 'threshold' && rule.partOf) {
      const whole = one.values[rule.partOf.measure] as bigint
      if (judged.value * 10_000n < BigInt(rule.partOf.basisPoints) * whole) return []
    }
    if (Object.entries(required).some(([name, least]) => (one.values[name] as bigint) < least)) return []
    const { [rule.kind === 'threshold' ? rule.judged : '']: _, ...details } = one.values
    return finding({ ...rule, record: 'alert' }, one, {
      measure: rule.kind === 'threshold' ? rule.judged : 'level',
      measure_value: judged.value,
      severity,
      threshold: BigInt(rule.thresholds[severity] as number),
      details: { ...details, ...judged.more },
      actions: rule.kind === 'threshold' && rule.measures[rule.judged]?.kind === 'actions',
    })
  })
}

function levelOf(rule: TrailingRule, one: Measured, all: readonly Measured[]) {
  const before = all.filter(
    ({ key, end }) => key === one.key && end >= one.end - rule.trailing && end < one.end,
  )
  const sum = (name: string) => before.reduce((total, { values }) => total + (values[name] as bigint), 0n)
  const [part, of] = [sum(rule.part), sum(rule.of)]
  const now = one.values[rule.of] as bigint
  if (before.length < rule.windowsAtLeast || now * part === 0n) return undefined
  if (now * part < BigInt(rule.expectedAtLeast) * of) return undefined
  return {
    value: ((one.values[rule.part] as bigint) * of * 10_000n) / (now * part),
    more: { [`${rule.part}_before`]: part, [`${rule.of}_before`]: of },
  }
}

function figuresOf(kpi: Kpi, all: readonly Measured[]): Finding[] {
  return all.map((one) => {
    const { [kpi.measure]: value = 0n, ...details } = one.values
    for (const [name, { part, of }] of Object.entries(kpi.ratios))
      if (one.values[of])
        details[name] = ((one.values[part] as bigint) * 10_000n) / (one.values[of] as bigint)
    return finding({ ...kpi, record: 'kpi' }, one, {
      measure: kpi.measure,
      measure_value: value,
      severity: null,
      threshold: null,
      details,
    })
  })
}

/** What rules and KPIs find in a finite sequence of events, said as simply as can be: every window as a list of its events. */
export function reference(
  taken: readonly Taken[],
  a: { rules: readonly Rule[]; kpis: readonly Kpi[]; shards: readonly string[]; lag: number },
): { findings: Finding[]; late: Record<string, number> } {
  const watermarks = watermarksBefore(taken, a.shards, a.lag)
  const late: Record<string, number> = {}
  const find = <T extends Rule | Kpi>(of: T, found: (of: T, all: readonly Measured[]) => Finding[]) => {
    const { windows, late: dropped } = windowsOf(taken, watermarks, of.window)
    late[of.id] = dropped
    return found(of, measured(of, windows))
  }
  return {
    findings: [
      ...a.rules.flatMap((rule) => find(rule, alertsOf)),
      ...a.kpis.flatMap((kpi) => find(kpi, figuresOf)),
    ],
    late,
  }
}
