import { integer } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { isoWeekday } from '../sql/functions.ts'
import { between } from './data-test.ts'
import { event } from './event-case.ts'
import { defineMart } from './mart.ts'
import { MONTH_COLUMN, RANKED_COLUMNS, rankTests, topCategories } from './top-categories.ts'

const onlyOne = {
  month: '2019-10',
  category: 'electronics.smartphone',
  carts: 0n,
  views_rank: 1n,
  purchases_rank: 1n,
  revenue_rank: 1n,
}

export const topCategoriesByWeekday = defineMart({
  name: 'top_categories_by_weekday',
  grain: 'One row per month, ISO weekday (UTC) and category that is among the first ten by any measure.',
  columns: { ...MONTH_COLUMN, weekday: integer('1 = Monday to 7 = Sunday.'), ...RANKED_COLUMNS },
  reads: [userActivity],
  query: (from, month) => topCategories(from, month, isoWeekday).select((eb) => eb.ref('slot').as('weekday')),
  tests: [...rankTests('weekday'), between('weekday', 1, 7)],
  cases: [
    {
      name: 'Monday is 1 and Sunday 7, and the Mondays of a month are one',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-10-06 23:59:59', event_type: 'purchase', price: '5.00' }),
          event({ event_time: '2019-10-07 00:00:00' }),
          event({ event_time: '2019-10-28 12:00:00' }),
        ],
      },
      expect: [
        { ...onlyOne, weekday: 7, views: 0n, purchases: 1n, revenue: '5.00' },
        { ...onlyOne, weekday: 1, views: 2n, purchases: 0n, revenue: '0.00' },
      ],
    },
    {
      name: "a week across the month's edge gives each month its own days",
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-09-30 23:59:59' }),
          event({ event_time: '2019-10-01 00:00:00' }),
          event({ event_time: '2019-11-01 00:00:00' }),
        ],
      },
      expect: [{ ...onlyOne, weekday: 2, views: 1n, purchases: 0n, revenue: '0.00' }],
    },
    {
      name: 'ids that share a code are one category, with the sum of what they sold',
      month: '2019-10',
      given: {
        user_activity: [
          event({ category_id: 1n, event_type: 'purchase', price: '0.10' }),
          event({ category_id: 2n, event_type: 'purchase', price: '0.20' }),
        ],
      },
      expect: [{ ...onlyOne, weekday: 2, views: 0n, purchases: 2n, revenue: '0.30' }],
    },
  ],
})
