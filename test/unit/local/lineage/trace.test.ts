import { describe, expect, it } from 'vitest'
import { defineMart, type Mart } from '../../../../athena-views/mart.ts'
import { bigint } from '../../../../catalog/column.ts'
import { userActivity } from '../../../../catalog/events.ts'
import type { Release } from '../../../../lambdas/shared/documents.ts'
import { planMartMonths } from '../../../../lambdas/shared/mart-months.ts'
import { traceSlices } from '../../../../local/lineage/trace-slices.ts'
import { traceView } from '../../../../local/lineage/trace-view.ts'

const columns = { events: bigint('Events.') }
const common = { grain: 'One row per month.', columns, tests: [], cases: [] } as const

const daily = defineMart({
  ...common,
  name: 'daily',
  reads: [userActivity],
  query: (from) => from.selectFrom('user_activity').select((eb) => eb.fn.countAll<bigint>().as('events')),
})
const other = defineMart({
  ...common,
  name: 'other',
  reads: [userActivity],
  query: (from) => from.selectFrom('user_activity').select((eb) => eb.fn.count<bigint>('brand').as('events')),
})
/** Reads the month before too. */
const growth = defineMart({
  ...common,
  name: 'growth',
  reads: [daily],
  window: { monthsBefore: 1 },
  query: (from) => from.selectFrom('daily').select('events'),
})
const MARTS: Mart[] = [growth, daily, other]

const slice = (month: string, run: string) => ({
  [`csv-${month}`]: {
    version: `csv-${month}@${run}`,
    source: 'csv' as const,
    month,
    fingerprint: 'f',
    rows: 1,
  },
})
const slices = { ...slice('2019-10', 'r1'), ...slice('2019-11', 'r2') }
/** October was built by r1, November by r2. */
const former = planMartMonths(MARTS, slice('2019-10', 'r1'), {}, 'r1').marts
const release: Release = {
  release: 'r2',
  previous: 'r1',
  publishedAt: '2026-01-02T03:00:00Z',
  slices,
  marts: planMartMonths(MARTS, slices, former, 'r2').marts,
}
const names = (marts: readonly { mart: string; month: string; version: string }[]) =>
  marts.map(({ mart, version }) => `${mart} ${version}`)

describe('a view is traced', () => {
  it('to its months, the marts that they read, and the slices below', () => {
    const { marts, slices } = traceView(MARTS, 'growth', release)
    expect(names(marts)).toEqual([
      'growth 2019-10@r1',
      'daily 2019-10@r1',
      'growth 2019-11@r2',
      'daily 2019-11@r2',
    ])
    expect(marts[2]).toMatchObject({ events: [], marts: { daily: ['2019-10@r1', '2019-11@r2'] } })
    expect(slices).toEqual(['csv-2019-10', 'csv-2019-11'])
    expect(marts.every(({ isProven }) => isProven)).toBe(true)
  })

  it('to the slices alone, where it shows the events', () => {
    expect(traceView(MARTS, 'user_activity', release)).toEqual({
      marts: [],
      slices: ['csv-2019-10', 'csv-2019-11'],
    })
  })

  it('to nothing, where the release does not have it', () => {
    expect(traceView(MARTS, 'unknown', release)).toEqual({ marts: [], slices: [] })
    expect(traceView([...MARTS, { ...other, name: 'new' }], 'new', release).marts).toEqual([])
  })

  it('and says what can not be proven because its definition has changed', () => {
    const changed = defineMart({
      ...common,
      name: 'daily',
      reads: [userActivity],
      query: (from) =>
        from.selectFrom('user_activity').select((eb) => eb.fn.count<bigint>('price').as('events')),
    })
    const { marts } = traceView([changed], 'daily', release)
    expect(marts.map(({ isProven }) => isProven)).toEqual([false, false])
  })
})

describe('a slice is traced', () => {
  it('to every month that it went into, by way of other marts too, and to the views', () => {
    const { marts, views } = traceSlices(MARTS, ['csv-2019-10'], release)
    expect(names(marts).sort()).toEqual([
      'daily 2019-10@r1',
      'growth 2019-10@r1',
      'growth 2019-11@r2',
      'other 2019-10@r1',
    ])
    expect(views.toSorted()).toEqual(['daily', 'growth', 'other', 'user_activity'])
  })

  it('to nothing, where the release does not have it', () => {
    expect(traceSlices(MARTS, ['csv-2020-01'], release)).toEqual({ marts: [], views: [] })
  })
})
