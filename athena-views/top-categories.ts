import { type AliasableExpression, type Expression, type QueryCreator, sql } from 'kysely'
import { bigint, decimal, string } from '../catalog/column.ts'
import type { userActivity } from '../catalog/events.ts'
import type { Month } from '../catalog/month.ts'
import type { DatabaseOf } from '../catalog/table.ts'
import { categoryOf } from './category.ts'
import { notEmpty, notNull, unique } from './data-test.ts'
import { eventsOf, revenue } from './event-measures.ts'
import { inMonth } from './in-month.ts'

/** A category is shown where one of its ranks is up to this. */
const SHOWN = 10n

export const MONTH_COLUMN = { month: string('Month, `YYYY-MM`, UTC.') }

export const RANKED_COLUMNS = {
  category: string('Category code, else `category <id>`.'),
  views: bigint('View events.'),
  carts: bigint('Cart events.'),
  purchases: bigint('Purchase events.'),
  revenue: decimal(18, 2, 'Prices of what was bought, in the currency of the shop.'),
  views_rank: bigint('Place by views; equals in the order of their names.'),
  purchases_rank: bigint('Place by purchases; equals in the order of their names.'),
  revenue_rank: bigint('Place by revenue; equals in the order of their names.'),
}

/** Places are complete and never shared within a slot of a month; `slot` is the column that says which. */
export const rankTests = <S extends string>(slot: S) => [
  notEmpty(),
  notNull('category'),
  unique<'month' | 'category' | S>('month', slot, 'category'),
  unique<'month' | 'views_rank' | S>('month', slot, 'views_rank'),
  unique<'month' | 'purchases_rank' | S>('month', slot, 'purchases_rank'),
  unique<'month' | 'revenue_rank' | S>('month', slot, 'revenue_rank'),
]

/** The categories of each part of the day or week (`slot`) with any rank up to 10. */
export const topCategories = (
  from: QueryCreator<DatabaseOf<typeof userActivity>>,
  month: Month,
  slotOf: (eventTime: Expression<string>) => AliasableExpression<number>,
) =>
  from
    // By id first: names are made and compared once a group, not once an event.
    .with('by_id', (db) =>
      db
        .selectFrom('user_activity')
        .where((eb) => inMonth(eb.ref('event_time'), month))
        .select((eb) => [
          slotOf(eb.ref('event_time')).as('slot'),
          'category_id',
          'category_code',
          eventsOf('view').as('views'),
          eventsOf('cart').as('carts'),
          eventsOf('purchase').as('purchases'),
          revenue().as('revenue'),
        ])
        .groupBy((eb) => [slotOf(eb.ref('event_time')), eb.ref('category_id'), eb.ref('category_code')]),
    )
    .with('by_name', (db) =>
      db
        .selectFrom('by_id')
        .select((eb) => [
          'slot',
          categoryOf().as('category'),
          eb.fn.sum<bigint>('views').as('views'),
          eb.fn.sum<bigint>('carts').as('carts'),
          eb.fn.sum<bigint>('purchases').as('purchases'),
          eb.fn.sum<string>('revenue').as('revenue'),
        ])
        .groupBy(['slot', categoryOf()]),
    )
    .with('ranked', (db) =>
      db
        .selectFrom('by_name')
        .selectAll()
        .select((eb) => {
          const rankBy = (measure: 'views' | 'purchases' | 'revenue') =>
            eb.fn
              .agg<bigint>('row_number')
              .over((over) => over.partitionBy('slot').orderBy(measure, 'desc').orderBy('category'))
              .as(`${measure}_rank` as const)
          return [rankBy('views'), rankBy('purchases'), rankBy('revenue')]
        }),
    )
    .selectFrom('ranked')
    .where((eb) =>
      eb.or([
        eb('views_rank', '<=', SHOWN),
        eb('purchases_rank', '<=', SHOWN),
        eb('revenue_rank', '<=', SHOWN),
      ]),
    )
    .selectAll()
    .select(sql.lit(month.month).as('month'))
