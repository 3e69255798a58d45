import { describe, expectTypeOf, it } from 'vitest'
import { notNull, unique } from '../../../athena-views/data-test.ts'
import { event } from '../../../athena-views/event-case.ts'
import { defineMart } from '../../../athena-views/mart.ts'
import type { uniqueVisitorsPerDay } from '../../../athena-views/unique-visitors-per-day.ts'
import { bigint, nullable, string } from '../../../catalog/column.ts'
import { userActivity } from '../../../catalog/events.ts'
import type { RowOf } from '../../../catalog/table.ts'

const grain = 'One row per brand.'
const columns = { brand: nullable(string('Brand.')), events: bigint('Events.') }
const reads = [userActivity] as const
const given = { user_activity: [event({})] }
const none = { tests: [], cases: [] }

/** `tsc` is the test here: it fails where a line below an expectation is no error. */
describe('a mart does not compile', () => {
  it('where it reads a column that its input does not have', () => {
    defineMart({
      ...none,
      name: 'sales',
      grain,
      columns,
      reads,
      // @ts-expect-error brnd
      query: (from) => from.selectFrom('user_activity').select('brnd as brand'),
    })
  })

  it('where it reads a table that it does not declare', () => {
    defineMart({
      ...none,
      name: 'sales',
      grain,
      columns,
      reads,
      // @ts-expect-error sales_per_day
      query: (from) => from.selectFrom('sales_per_day').selectAll(),
    })
  })

  it('where a declared column is missing', () => {
    defineMart({
      ...none,
      name: 'sales',
      grain,
      columns,
      reads,
      // @ts-expect-error events
      query: (from) => from.selectFrom('user_activity').select('brand'),
    })
  })

  it('where a column has another type than declared', () => {
    defineMart({
      ...none,
      name: 'sales',
      grain,
      columns,
      reads,
      query: (from) =>
        // @ts-expect-error events is a number
        from.selectFrom('user_activity').select((eb) => ['brand', eb.fn.countAll<number>().as('events')]),
    })
  })

  it('where a column may be null but is declared as never null', () => {
    defineMart({
      ...none,
      name: 'sales',
      grain,
      columns: { brand: string('Brand.') },
      reads,
      // @ts-expect-error brand
      query: (from) => from.selectFrom('user_activity').select('brand'),
    })
  })

  it('where a test or a case names a column that the mart does not have', () => {
    defineMart({
      name: 'sales',
      grain,
      columns: { brand: nullable(string('Brand.')) },
      reads,
      query: (from) => from.selectFrom('user_activity').select('brand'),
      // @ts-expect-error day
      tests: [notNull('brand'), unique('day')],
      cases: [
        // @ts-expect-error day
        { name: 'day', month: '2019-10', given, expect: [{ brand: null, day: '2019-10-01' }] },
        // @ts-expect-error brnd
        { name: 'brnd', month: '2019-10', given: { user_activity: [event({ brnd: null })] }, expect: [] },
      ],
    })
  })
})

describe('the rows of a mart', () => {
  it('have exact ids and counts, and text where a number would lose digits', () => {
    expectTypeOf<RowOf<typeof uniqueVisitorsPerDay>['events']>().toEqualTypeOf<bigint>()
    expectTypeOf<RowOf<typeof uniqueVisitorsPerDay>['event_date']>().toEqualTypeOf<string>()
    expectTypeOf<RowOf<typeof userActivity>['price']>().toEqualTypeOf<string | null>()
  })
})
