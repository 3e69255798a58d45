import { describe, expect, it } from 'vitest'
import { defineMart, type Mart } from '../../../athena-views/mart.ts'
import { bigint } from '../../../catalog/column.ts'
import { userActivity } from '../../../catalog/events.ts'
import { inputsOf, planMartMonths } from '../../../lambdas/shared/mart-months.ts'

const columns = { events: bigint('Events.') }
const common = { grain: 'One row per month.', columns, tests: [], cases: [] } as const

const daily = defineMart({
  ...common,
  name: 'daily',
  reads: [userActivity],
  query: (from) => from.selectFrom('user_activity').select((eb) => eb.fn.countAll<bigint>().as('events')),
})
const crossing = defineMart({
  ...common,
  name: 'crossing',
  reads: [userActivity],
  window: { monthsAfter: 1 },
  query: (from) =>
    from.selectFrom('user_activity').select((eb) => eb.fn.count<bigint>('user_id').as('events')),
})
const growth = defineMart({
  ...common,
  name: 'growth',
  reads: [daily],
  window: { monthsBefore: 1 },
  query: (from) => from.selectFrom('daily').select('events'),
})
const MARTS: Mart[] = [growth, daily, crossing]

const slice = (month: string, run: string, source = 'csv') => ({
  [`${source}-${month}`]: {
    version: `${source}-${month}@${run}`,
    source: 'csv' as const,
    month,
    fingerprint: 'f',
    rows: 1,
  },
})
const OCTOBER = slice('2019-10', 'r0')
const NOVEMBER = slice('2019-11', 'r0')
const DECEMBER = slice('2019-12', 'r0')

const plan = (slices: object, released = {}, run = 'r1') =>
  planMartMonths(MARTS, { ...slices }, released, run)
const text = ({ levels }: { levels: { mart: string; month: string }[][] }) =>
  levels.map((level) => level.map(({ mart, month }) => `${mart} ${month.slice(5)}`))

describe('which months of which marts are built', () => {
  it('all of them at first, and what is read before what reads it', () => {
    expect(text(plan({ ...OCTOBER, ...NOVEMBER }))).toEqual([
      ['daily 10', 'daily 11', 'crossing 10', 'crossing 11'],
      ['growth 10', 'growth 11'],
    ])
  })

  it('none, where nothing changed', () => {
    const { marts } = plan({ ...OCTOBER, ...NOVEMBER }, {}, 'r0')
    const next = plan({ ...OCTOBER, ...NOVEMBER }, marts)
    expect(next).toEqual({ levels: [], marts })
  })

  it('a changed month, those whose window it lies in, and what reads what is rebuilt', () => {
    const { marts } = plan({ ...OCTOBER, ...NOVEMBER, ...DECEMBER }, {}, 'r0')
    const next = plan({ ...OCTOBER, ...slice('2019-11', 'r1'), ...DECEMBER }, marts)
    expect(text(next)).toEqual([
      ['daily 11', 'crossing 10', 'crossing 11'],
      ['growth 11', 'growth 12'],
    ])
    expect(next.marts.daily?.['2019-11']?.version).toBe('2019-11@r1')
    expect(next.marts.daily?.['2019-12']).toEqual(marts.daily?.['2019-12'])
  })

  it('a new month, and the one before it that looks past its end', () => {
    const { marts } = plan({ ...OCTOBER }, {}, 'r0')
    expect(text(plan({ ...OCTOBER, ...NOVEMBER }, marts))).toEqual([
      ['daily 11', 'crossing 10', 'crossing 11'],
      ['growth 11'],
    ])
  })

  it('a mart whose SQL changed, and no other but those that read it', () => {
    const { marts } = plan({ ...OCTOBER }, {}, 'r0')
    const sessions = defineMart({
      ...common,
      name: 'crossing',
      reads: [userActivity],
      window: { monthsAfter: 1 },
      query: (from) =>
        from.selectFrom('user_activity').select((eb) => eb.fn.count<bigint>('user_session').as('events')),
    })
    const changed = planMartMonths([growth, daily, sessions], OCTOBER, marts, 'r1')
    expect(text(changed)).toEqual([['crossing 10']])
    expect(text(planMartMonths([growth, daily, sessions], OCTOBER, changed.marts, 'r2'))).toEqual([])
  })

  it('nothing of an empty lake', () => {
    expect(plan({})).toEqual({ levels: [], marts: {} })
  })
})

describe('what a month is built from', () => {
  it('every source’s slice of the window’s months, as far as there are any', () => {
    const slices = { ...OCTOBER, ...NOVEMBER, ...DECEMBER, ...slice('2019-10', 'r0', 'stream') }
    expect(inputsOf(crossing, '2019-10', { slices, marts: {} })).toEqual({
      events: ['csv-2019-10@r0', 'csv-2019-11@r0', 'stream-2019-10@r0'],
      marts: {},
    })
    expect(inputsOf(crossing, '2019-12', { slices, marts: {} }).events).toEqual(['csv-2019-12@r0'])
  })

  it('the versions of marts that are being built, without the events it does not read', () => {
    const { marts } = plan({ ...OCTOBER, ...NOVEMBER })
    const slices = { ...OCTOBER, ...NOVEMBER }
    expect(inputsOf(growth, '2019-11', { slices, marts })).toEqual({
      events: [],
      marts: { daily: ['2019-10@r1', '2019-11@r1'] },
    })
    expect(inputsOf(growth, '2019-10', { slices, marts: {} }).marts).toEqual({ daily: [] })
  })
})
