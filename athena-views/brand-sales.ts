import { bigint, decimal, string } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { notEmpty, notNull, unique, warn } from './data-test.ts'
import { event } from './event-case.ts'
import { salesMeasures } from './event-measures.ts'
import { inMonth } from './in-month.ts'
import { defineMart } from './mart.ts'
import { salesRanks } from './sales-ranks.ts'

export const brandSales = defineMart({
  name: 'brand_sales',
  grain: 'One row per month and brand with an event; events without brand are in no row.',
  columns: {
    month: string('YYYY-MM, UTC.'),
    brand: string('Brand as each event names it.'),
    views: bigint('View events.'),
    carts: bigint('Cart events.'),
    purchases: bigint('Purchase events, one a piece.'),
    revenue: decimal(18, 2, 'Prices of the purchases, in the currency of the shop.'),
    best_rank: bigint('Place in the month: most revenue, then most views, then name.'),
    worst_rank: bigint('Place in the month from below: least revenue, then fewest views, then name.'),
  },
  reads: [userActivity],
  query: (from, month) =>
    from
      .with('sales', (db) =>
        db
          .selectFrom('user_activity')
          .where('brand', 'is not', null)
          .where((eb) => inMonth(eb.ref('event_time'), month))
          .select((eb) => [eb.ref('brand').$notNull().as('brand'), ...salesMeasures()])
          .groupBy('brand'),
      )
      .selectFrom('sales')
      .selectAll()
      .select((eb) => [eb.val(month.month).as('month'), ...salesRanks('brand')]),
  tests: [
    // A shop without brands is unusual, but its other views are sound.
    warn(notEmpty(), 'Ask for an export with brands.'),
    notNull('brand'),
    unique('month', 'brand'),
    unique('month', 'best_rank'),
    unique('month', 'worst_rank'),
  ],
  cases: [
    {
      name: 'brands rank by revenue, then views, then name, from above and from below',
      month: '2019-10',
      given: {
        user_activity: [
          event({ brand: 'lenovo', event_type: 'purchase', price: '10.00' }),
          event({ brand: 'lenovo', event_type: 'purchase', price: '0.50', product_id: 2n }),
          event({ brand: 'apple', event_type: 'purchase', price: '9.00' }),
          event({ brand: 'xiaomi', event_type: 'view' }),
          event({ brand: 'huawei', event_type: 'cart' }),
          event({ brand: 'bosch', event_type: 'cart' }),
        ],
      },
      expect: [
        { ...brand('lenovo'), purchases: 2n, revenue: '10.50', best_rank: 1n, worst_rank: 5n },
        { ...brand('apple'), purchases: 1n, revenue: '9.00', best_rank: 2n, worst_rank: 4n },
        { ...brand('xiaomi'), views: 1n, best_rank: 3n, worst_rank: 3n },
        { ...brand('bosch'), carts: 1n, best_rank: 4n, worst_rank: 1n },
        { ...brand('huawei'), carts: 1n, best_rank: 5n, worst_rank: 2n },
      ],
    },
    {
      name: 'an event without brand is in no row, even of a product that has one elsewhere',
      month: '2019-10',
      given: {
        user_activity: [
          event({ brand: 'samsung' }),
          event({ brand: null, event_type: 'purchase', price: '99.00' }),
        ],
      },
      expect: [{ ...brand('samsung'), views: 1n, best_rank: 1n, worst_rank: 1n }],
    },
    {
      name: 'a purchase without price counts and brings nothing; other months don’t count',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-09-30 23:59:59', event_type: 'purchase' }),
          event({ event_time: '2019-10-31 23:59:59', event_type: 'purchase', price: null }),
          event({ event_time: '2019-11-01 00:00:00', event_type: 'purchase' }),
        ],
      },
      expect: [{ ...brand('samsung'), purchases: 1n, best_rank: 1n, worst_rank: 1n }],
    },
  ],
})

/** A brand without events. */
function brand(name: string) {
  return { month: '2019-10', brand: name, views: 0n, carts: 0n, purchases: 0n, revenue: '0.00' }
}
