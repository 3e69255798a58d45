import { bigint, decimal, nullable, string } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { categoryOf } from './category.ts'
import { notEmpty, notNull, unique } from './data-test.ts'
import { event } from './event-case.ts'
import { salesMeasures } from './event-measures.ts'
import { inMonth } from './in-month.ts'
import { defineMart } from './mart.ts'
import { money } from './money.ts'
import { salesRanks } from './sales-ranks.ts'

export const productSales = defineMart({
  name: 'product_sales',
  grain: 'One row per month and product with an event.',
  columns: {
    month: string('YYYY-MM, UTC.'),
    product_id: bigint('Product.'),
    category: string(
      'Category of most of its events in the month, the first by name at a tie: its code, else `category <id>`.',
    ),
    brand: nullable(
      string('Brand of most of its events that name one, the first by name at a tie; null where none does.'),
    ),
    views: bigint('View events.'),
    carts: bigint('Cart events.'),
    purchases: bigint('Purchase events, one a piece.'),
    revenue: decimal(18, 2, 'Prices of the purchases, in the currency of the shop.'),
    best_rank: bigint('Place in the month: most revenue, then most views, then lowest product_id.'),
    worst_rank: bigint(
      'Place in the month from below: least revenue, then fewest views, then lowest product_id.',
    ),
  },
  reads: [userActivity],
  query: (from, month) =>
    from
      // One row a product but for the few whose category or brand changed within the month.
      .with('variant', (db) =>
        db
          .selectFrom('user_activity')
          .where((eb) => inMonth(eb.ref('event_time'), month))
          .select((eb) => [
            'product_id',
            categoryOf().as('category'),
            'brand',
            eb.fn.countAll<bigint>().as('events'),
            ...salesMeasures(),
          ])
          .groupBy(() => ['product_id', categoryOf(), 'brand']),
      )
      .with('counted', (db) =>
        db
          .selectFrom('variant')
          .selectAll()
          .select((eb) => [
            eb.fn
              .sum<bigint>('events')
              .over((over) => over.partitionBy(['product_id', 'category']))
              .as('category_events'),
            eb.fn
              .sum<bigint>('events')
              .over((over) => over.partitionBy(['product_id', 'brand']))
              .as('brand_events'),
          ]),
      )
      .with('placed', (db) =>
        db
          .selectFrom('counted')
          .selectAll()
          .select((eb) => [
            eb.fn
              .agg<bigint>('row_number')
              .over((over) =>
                over.partitionBy('product_id').orderBy('category_events', 'desc').orderBy('category', 'asc'),
              )
              .as('category_place'),
            eb.fn
              .agg<bigint>('row_number')
              .over((over) =>
                over
                  .partitionBy('product_id')
                  .orderBy(eb.case().when('brand', 'is', null).then(1).else(0).end(), 'asc')
                  .orderBy('brand_events', 'desc')
                  .orderBy('brand', (ob) => ob.asc().nullsLast()),
              )
              .as('brand_place'),
          ]),
      )
      .with('product', (db) =>
        db
          .selectFrom('placed')
          .select((eb) => [
            'product_id',
            eb.fn.max<string>('category').filterWhere('category_place', '=', 1n).as('category'),
            eb.fn.max<string | null>('brand').filterWhere('brand_place', '=', 1n).as('brand'),
            eb.fn.sum<bigint>('views').as('views'),
            eb.fn.sum<bigint>('carts').as('carts'),
            eb.fn.sum<bigint>('purchases').as('purchases'),
            money(eb.fn.sum('revenue')).as('revenue'),
          ])
          .groupBy('product_id'),
      )
      .selectFrom('product')
      .selectAll()
      .select((eb) => [eb.val(month.month).as('month'), ...salesRanks('product_id')]),
  tests: [
    notEmpty(),
    notNull('product_id'),
    notNull('category'),
    unique('month', 'product_id'),
    unique('month', 'best_rank'),
    unique('month', 'worst_rank'),
  ],
  cases: [
    {
      name: 'products rank by revenue, then views, then product_id, from above and from below',
      month: '2019-10',
      given: {
        user_activity: [
          event({ product_id: 10n, event_type: 'purchase', price: '5.00' }),
          event({ product_id: 20n, event_type: 'view' }),
          event({ product_id: 20n, event_type: 'purchase', price: '5.00' }),
          event({ product_id: 30n, event_type: 'cart', price: '900.00' }),
          event({ product_id: 40n, event_type: 'remove_from_cart' }),
        ],
      },
      expect: [
        { ...product(20n), views: 1n, purchases: 1n, revenue: '5.00', best_rank: 1n, worst_rank: 4n },
        { ...product(10n), purchases: 1n, revenue: '5.00', best_rank: 2n, worst_rank: 3n },
        { ...product(30n), carts: 1n, best_rank: 3n, worst_rank: 1n },
        { ...product(40n), best_rank: 4n, worst_rank: 2n },
      ],
    },
    {
      name: 'a product whose category and brand vary takes the most frequent of each, and keeps all its sales',
      month: '2019-10',
      given: {
        user_activity: [
          event({ category_code: 'a', brand: 'x', event_type: 'purchase', price: '1.00' }),
          event({ category_code: 'a', brand: 'y', event_type: 'purchase', price: '2.00' }),
          event({ category_code: 'b', brand: 'x' }),
          event({ category_code: 'b', brand: 'y' }),
          event({ category_code: 'b', brand: 'y' }),
        ],
      },
      expect: [
        {
          ...product(1001n),
          category: 'b',
          brand: 'y',
          views: 3n,
          purchases: 2n,
          revenue: '3.00',
          best_rank: 1n,
          worst_rank: 1n,
        },
      ],
    },
    {
      name: 'at a tie the first name wins, and any brand wins over none',
      month: '2019-10',
      given: {
        user_activity: [
          event({ category_code: 'b', brand: null }),
          event({ category_code: 'b', brand: null }),
          event({ category_code: null, category_id: 7n, brand: 'y' }),
          event({ category_code: null, category_id: 7n, brand: 'x' }),
        ],
      },
      expect: [{ ...product(1001n), category: 'b', brand: 'x', views: 4n, best_rank: 1n, worst_rank: 1n }],
    },
    {
      name: 'a product without code and brand has its category’s id and no brand; other months don’t count',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-09-30 23:59:59', event_type: 'purchase' }),
          event({ event_time: '2019-10-31 23:59:59', category_code: null, brand: null }),
          event({ event_time: '2019-11-01 00:00:00', event_type: 'purchase' }),
        ],
      },
      expect: [
        {
          ...product(1001n),
          category: 'category 2053013555631882655',
          brand: null,
          views: 1n,
          best_rank: 1n,
          worst_rank: 1n,
        },
      ],
    },
  ],
})

/** A product without sales, as the events of a case are by default. */
function product(product_id: bigint) {
  return {
    month: '2019-10',
    product_id,
    category: 'electronics.smartphone',
    brand: 'samsung',
    views: 0n,
    carts: 0n,
    purchases: 0n,
    revenue: '0.00',
  }
}
