import { integer } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { hourOf } from '../sql/functions.ts'
import { between } from './data-test.ts'
import { event } from './event-case.ts'
import { defineMart } from './mart.ts'
import { MONTH_COLUMN, RANKED_COLUMNS, rankTests, topCategories } from './top-categories.ts'

const midnight = { month: '2019-10', hour_of_day: 0 }

/** Eleven categories, `c01` to `c11`: one more than are shown. */
const eleven = Array.from({ length: 11 }, (_, i) => `c${String(i + 1).padStart(2, '0')}`)
const viewedOnce = eleven.map((category_code) => event({ category_code }))
const boughtOnce = eleven.map((category_code) =>
  event({ category_code, event_type: 'purchase', price: '1.00' }),
)
const untouched = { views: 1n, carts: 0n, purchases: 0n, revenue: '0.00' }

export const topCategoriesByHour = defineMart({
  name: 'top_categories_by_hour',
  grain: 'One row per month, hour of the day (UTC) and category that is among the first ten by any measure.',
  columns: { ...MONTH_COLUMN, hour_of_day: integer('0 to 23, UTC.'), ...RANKED_COLUMNS },
  reads: [userActivity],
  query: (from, month) => topCategories(from, month, hourOf).select((eb) => eb.ref('slot').as('hour_of_day')),
  tests: [...rankTests('hour_of_day'), between('hour_of_day', 0, 23)],
  cases: [
    {
      name: 'each measure has its own order, and each hour collects all days of the month',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-09-30 00:00:00', category_code: 'before' }),
          event({ event_time: '2019-10-01 00:00:00', category_code: 'a' }),
          event({ event_time: '2019-10-31 00:59:59', category_code: 'a' }),
          event({ category_code: 'a', event_type: 'purchase', price: '1.10' }),
          event({ category_code: 'b' }),
          event({ category_code: 'b', event_type: 'cart' }),
          event({ category_code: 'b', event_type: 'purchase', price: '2.00' }),
          event({ category_code: 'b', event_type: 'purchase', price: null }),
          event({ event_time: '2019-10-31 23:59:59', category_code: null, category_id: 9n }),
        ],
      },
      expect: [
        {
          ...midnight,
          category: 'a',
          views: 2n,
          carts: 0n,
          purchases: 1n,
          revenue: '1.10',
          views_rank: 1n,
          purchases_rank: 2n,
          revenue_rank: 2n,
        },
        {
          ...midnight,
          category: 'b',
          views: 1n,
          carts: 1n,
          purchases: 2n,
          revenue: '2.00',
          views_rank: 2n,
          purchases_rank: 1n,
          revenue_rank: 1n,
        },
        {
          month: '2019-10',
          hour_of_day: 23,
          category: 'category 9',
          ...untouched,
          views_rank: 1n,
          purchases_rank: 1n,
          revenue_rank: 1n,
        },
      ],
    },
    {
      name: 'equals are ranked by name, and the eleventh is not shown',
      month: '2019-10',
      given: { user_activity: viewedOnce.toReversed() },
      expect: eleven.slice(0, 10).map((category, i) => {
        const rank = BigInt(i + 1)
        return {
          ...midnight,
          category,
          ...untouched,
          views_rank: rank,
          purchases_rank: rank,
          revenue_rank: rank,
        }
      }),
    },
    {
      name: 'one rank up to 10 is enough: the eleventh by views and revenue is the first by purchases',
      month: '2019-10',
      given: {
        user_activity: [...viewedOnce, event({ category_code: 'c11', event_type: 'purchase', price: null })],
      },
      expect: eleven.map((category, i) => ({
        ...midnight,
        category,
        ...untouched,
        purchases: category === 'c11' ? 1n : 0n,
        views_rank: BigInt(i + 1),
        purchases_rank: category === 'c11' ? 1n : BigInt(i + 2),
        revenue_rank: BigInt(i + 1),
      })),
    },
    {
      name: 'one rank up to 10 is enough: the eleventh by purchases and revenue is the first by views',
      month: '2019-10',
      given: { user_activity: [...boughtOnce, event({ category_code: 'c11' })] },
      expect: eleven.map((category, i) => ({
        ...midnight,
        category,
        views: category === 'c11' ? 1n : 0n,
        carts: 0n,
        purchases: 1n,
        revenue: '1.00',
        views_rank: category === 'c11' ? 1n : BigInt(i + 2),
        purchases_rank: BigInt(i + 1),
        revenue_rank: BigInt(i + 1),
      })),
    },
    {
      name: 'one rank up to 10 is enough: the eleventh by views and purchases is the first by revenue',
      month: '2019-10',
      given: {
        user_activity: eleven.map((category_code) =>
          event({ category_code, event_type: 'purchase', price: category_code === 'c11' ? '9.99' : '1.00' }),
        ),
      },
      expect: eleven.map((category, i) => ({
        ...midnight,
        category,
        views: 0n,
        carts: 0n,
        purchases: 1n,
        revenue: category === 'c11' ? '9.99' : '1.00',
        views_rank: BigInt(i + 1),
        purchases_rank: BigInt(i + 1),
        revenue_rank: category === 'c11' ? 1n : BigInt(i + 2),
      })),
    },
  ],
})
