import { expect, test } from 'vitest'
import { type DayCount, planParts } from '../../../../local/curate/plan-parts.ts'

const days = (bucket: number, category_id: string, ...events: number[]): DayCount[] =>
  events.map((count, i) => ({ bucket, category_id, day: `2019-10-0${i + 1}`, events: count }))

test('buckets that fit are a part each, the biggest first', () => {
  expect(planParts([...days(0, '1', 10, 10), ...days(1, '2', 50), ...days(1, '3', 5)], 100)).toEqual([
    { bucket: 1, events: 55, without: [] },
    { bucket: 0, events: 20, without: [] },
  ])
})

test('nothing accepted, nothing to do', () => {
  expect(planParts([], 100)).toEqual([])
})

test('a category above the limit is cut into about equal runs of days, beside the rest of its bucket', () => {
  const parts = planParts([...days(0, '1', 60, 60, 60, 60), ...days(0, '2', 10)], 150)
  expect(parts).toEqual([
    { bucket: 0, events: 120, without: [], only: { category_id: '1', from: '2019-10-01', to: '2019-10-02' } },
    { bucket: 0, events: 120, without: [], only: { category_id: '1', from: '2019-10-03', to: '2019-10-04' } },
    { bucket: 0, events: 10, without: ['1'] },
  ])
})

test('a big category that fits alone stays one file', () => {
  const parts = planParts([...days(0, '1', 40, 40), ...days(0, '2', 40)], 100)
  expect(parts).toEqual([
    { bucket: 0, events: 80, without: [], only: { category_id: '1', from: '2019-10-01', to: '2019-10-02' } },
    { bucket: 0, events: 40, without: ['1'] },
  ])
})

test('days are neither lost nor doubled, whatever their order and size', () => {
  const uneven = days(0, '1', 5, 900, 1, 1, 300, 20, 20, 1).toReversed()
  for (const limit of [1, 10, 100, 400, 1000]) {
    const slices = planParts(uneven, limit).toSorted((a, b) =>
      (a.only?.from ?? '') < (b.only?.from ?? '') ? -1 : 1,
    )
    expect(slices.reduce((sum, { events }) => sum + events, 0)).toBe(1248)
    for (const [i, { only }] of slices.entries()) {
      const next = slices[i + 1]?.only
      expect(only && only.from <= only.to && (!next || only.to < next.from)).toBe(true)
    }
  }
})
