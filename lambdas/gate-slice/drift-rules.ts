import { EVENT_TYPES, type EventType } from '../../catalog/events.ts'
import type { SliceMetrics } from '../shared/documents.ts'
import { percent, share } from '../shared/rule-text.ts'
import { apart, change, compared, isFrequent, NOT_RECORDED, TOO_FEW, told } from './drift.ts'
import type { Rule } from './rule.ts'

const NULLABLE = ['category_code', 'brand', 'user_session', 'price'] as const
const QUANTILES = ['p50', 'p90', 'p99'] as const
/** How many categories a message names. */
const NAMED = 3

export type DriftRuleName =
  | 'drift of events a day'
  | `drift of nulls in ${(typeof NULLABLE)[number]}`
  | `drift of ${EventType} share`
  | 'new categories'
  | 'vanished categories'
  | `drift of price ${(typeof QUANTILES)[number]}`

type DriftRule = Rule & { readonly name: DriftRuleName }

const DAY_MS = 86_400_000

/** A month may have come only in part so far: per day, it can be compared with a whole one. */
const eventsADay = ({ curated, firstEvent, lastEvent }: SliceMetrics): number => {
  const day = (time: string | null) => Date.parse(`${time?.slice(0, 10)}T00:00:00Z`) / DAY_MS
  return curated / (day(lastEvent) - day(firstEvent) + 1)
}

const eventsADayRule: DriftRule = {
  name: 'drift of events a day',
  checks:
    'how far the events a day lie from those of the month before (a share of the larger), where the release lacks the month itself',
  unit: 'share',
  // From October to November 2019 they rose by 64 %, which is 39 % of the larger.
  thresholds: { warn: 0.5 },
  measure: compared((metrics, { kind, metrics: before }) =>
    kind === 'month before'
      ? apart(eventsADay(metrics), eventsADay(before))
      : { unknown: 'The release has this month: "rows against the release" compares the two.' },
  ),
  figures: told((metrics, before) => {
    const [now, then] = [eventsADay(metrics), eventsADay(before)]
    return `${Math.round(now)} events a day, where the month before had ${Math.round(then)}, ${change(now, then)}`
  }),
  remedy: 'Check that no file is missing or doubled.',
}

const nullsIn = (column: (typeof NULLABLE)[number]): DriftRule => {
  const rate = ({ nulls, curated }: SliceMetrics) => share(nulls[column], curated)
  return {
    name: `drift of nulls in ${column}`,
    checks: `by how much the share of events without ${column} differs`,
    unit: 'share',
    // From October to November 2019 none moved by more than a hundredth.
    thresholds: { warn: 0.05 },
    measure: compared((metrics, { metrics: before }) => Math.abs(rate(metrics) - rate(before))),
    figures: told(
      (metrics, before) =>
        `${column} is missing in ${percent(rate(metrics))} of the events, before in ${percent(rate(before))}`,
    ),
    remedy: 'Ask whether the export has changed.',
  }
}

const shareOf = (type: EventType): DriftRule => {
  const rate = ({ eventTypes, curated }: SliceMetrics) => share(eventTypes[type] ?? 0, curated)
  return {
    name: `drift of ${type} share`,
    checks: `how far the share of ${type} events lies from the former one (a share of the larger)`,
    unit: 'share',
    // From October to November 2019 carts doubled from 2.2 to 4.5 % of the events, which is 51 % of the larger.
    thresholds: { warn: 0.6 },
    measure: compared((metrics, { metrics: before }) => {
      const shares = [rate(metrics), rate(before)] as const
      if (Math.max(...shares) === 0) return 0
      return isFrequent(shares, [metrics.curated, before.curated]) ? apart(...shares) : TOO_FEW
    }),
    figures: told(
      (metrics, before) =>
        `${percent(rate(metrics))} of the events are ${type}, before ${percent(rate(before))}, ` +
        change(rate(metrics), rate(before)),
    ),
    remedy: 'Ask whether the shop counts otherwise now: conversion rates follow it.',
  }
}

/** The categories that only the first of two slices has, with most events first. */
const onlyIn = ({ categoryRows = {} }: SliceMetrics, { categoryRows: others = {} }: SliceMetrics) =>
  Object.entries(categoryRows)
    .filter(([id]) => others[id] === undefined)
    .sort(([, a], [, b]) => b - a)

const rowsIn = (categories: readonly (readonly [string, number])[]): number =>
  categories.reduce((sum, [, rows]) => sum + rows, 0)

const categoriesRule = (
  name: 'new categories' | 'vanished categories',
  whose: (metrics: SliceMetrics, before: SliceMetrics) => readonly [has: SliceMetrics, lacks: SliceMetrics],
  text: { readonly checks: string; readonly have: string; readonly remedy: string },
): DriftRule => ({
  name,
  checks: text.checks,
  remedy: text.remedy,
  unit: 'share',
  thresholds: { warn: 0.02 },
  measure: compared((metrics, { metrics: before }) => {
    if (!metrics.categoryRows || !before.categoryRows) return NOT_RECORDED
    const [has, lacks] = whose(metrics, before)
    return share(rowsIn(onlyIn(has, lacks)), has.curated)
  }),
  figures: told((metrics, before) => {
    const [has, lacks] = whose(metrics, before)
    const only = onlyIn(has, lacks)
    const ids = only.slice(0, NAMED).map(([id, rows]) => `${id} (${rows})`)
    const more = only.length > NAMED ? ` and ${only.length - NAMED} more` : ''
    const named = only.length > 0 ? `: ${ids.join(', ')}${more}` : ''
    const rows = rowsIn(only)
    return `${only.length} ${name} ${text.have} ${rows} of ${has.curated} events (${percent(share(rows, has.curated))})${named}`
  }),
})

const priceQuantile = (quantile: (typeof QUANTILES)[number]): DriftRule => ({
  name: `drift of price ${quantile}`,
  checks: `how far the price that ${quantile.slice(1)} % of the events do not exceed lies from the former one (a share of the larger)`,
  unit: 'share',
  thresholds: { warn: 0.2 },
  measure: compared(({ price }, { metrics: before }) => {
    const [now, then] = [price[quantile], before.price[quantile]]
    // Only compared, never summed: numbers are exact enough.
    return now == null || then == null ? NOT_RECORDED : apart(Number(now), Number(then))
  }),
  figures: told(({ price }, before) => {
    const [now, then] = [price[quantile], before.price[quantile]]
    return `${quantile} of the price is ${now}, before ${then}, ${change(Number(now), Number(then))}`
  }),
  remedy: 'Check currency and unit: revenue follows them.',
})

/** What tells that a slice is made otherwise than the one before it; nothing of it is wrong in itself. */
export const driftRules: readonly DriftRule[] = [
  eventsADayRule,
  ...EVENT_TYPES.map(shareOf),
  ...NULLABLE.map(nullsIn),
  categoriesRule('new categories', (metrics, before) => [metrics, before], {
    checks: 'share of the events that are of categories without events before',
    have: 'have',
    remedy: 'Ask the shop whether they are meant: views of growth count them as new.',
  }),
  categoriesRule('vanished categories', (metrics, before) => [before, metrics], {
    checks: 'share of the former events that were of categories without events now',
    have: 'had',
    remedy: 'Check that the export is whole.',
  }),
  ...QUANTILES.map(priceQuantile),
]
