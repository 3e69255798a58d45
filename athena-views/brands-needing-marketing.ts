import type { NotNull } from 'kysely'
import { bigint, decimal, double, string } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { castTo, ratio } from '../sql/functions.ts'
import { brandsNeedingMarketingCases } from './brands-needing-marketing-cases.ts'
import { categoryOf } from './category.ts'
import { between, notEmpty, notNull, unique, warn } from './data-test.ts'
import { eventsOf, salesMeasures } from './event-measures.ts'
import { inMonth } from './in-month.ts'
import { defineMart } from './mart.ts'
import { median } from './median.ts'
import { fromCents, inCents, money } from './money.ts'

/** Brands with fewer views in the month are neither listed nor compared with: their rates are chance. */
export const MINIMUM_VIEWS = 30

/**
 * Brands that sell well to those who see them, but are seen by few: `docs/brands-needing-marketing.md` tells it with an
 * example. A brand competes in its main category, the one with most of its views (the first by name at a tie); its peers
 * are the brands with the same main category and at least 30 views, itself among them.
 *
 * - `conversion_rate` is set logic, sessions with a purchase of the brand / sessions with any event of it, and not
 *   purchases / views: a third of purchases have no cart event, one session can buy many pieces, and only sets keep the
 *   rate between 0 and 1. Any event, and not views alone, so that who comes back only to buy counts in both.
 * - `reach_index` is the brand's views / the median of its peers' views.
 * - It needs marketing where conversion_rate is above the median of its peers and reach_index is below 1.
 * - `opportunity_revenue` is what it would bring in beyond its revenue with the median's views, at its own conversion
 *   and value of an order: revenue * (median views - views) / views.
 */
export const brandsNeedingMarketing = defineMart({
  name: 'brands_needing_marketing',
  grain:
    'One row per month and brand that converts better than the median of its main category but is seen less.',
  columns: {
    month: string('YYYY-MM, UTC.'),
    brand: string('Brand.'),
    views: bigint('View events, in all categories; at least 30.'),
    carts: bigint('Cart events, in all categories.'),
    purchases: bigint('Purchase events, in all categories.'),
    revenue: decimal(18, 2, 'Prices of the purchases, in the currency of the shop.'),
    view_share: double('views / views of all its peers.'),
    purchase_share: double(
      'purchases / purchases of all its peers; above view_share where the brand sells over its reach.',
    ),
    conversion_rate: double('Sessions that buy the brand / sessions with an event of it.'),
    reach_index: double('views / views of the median peer; below 1.'),
    opportunity_revenue: decimal(
      18,
      2,
      'Revenue that it would add if it were seen as much as the median peer, in the currency of the shop.',
    ),
    rank: bigint('Place in the month: most opportunity_revenue, then name.'),
  },
  reads: [userActivity],
  query: (from, month) =>
    from
      .with('brand_category', (db) =>
        db
          .selectFrom('user_activity')
          .where('brand', 'is not', null)
          .where((eb) => inMonth(eb.ref('event_time'), month))
          .select((eb) => [
            eb.ref('brand').$notNull().as('brand'),
            categoryOf().as('category'),
            ...salesMeasures(),
          ])
          .groupBy(() => ['brand', categoryOf()]),
      )
      .with('brand_category_placed', (db) =>
        db
          .selectFrom('brand_category')
          .selectAll()
          .select((eb) =>
            eb.fn
              .agg<bigint>('row_number')
              .over((over) => over.partitionBy('brand').orderBy('views', 'desc').orderBy('category', 'asc'))
              .as('category_place'),
          ),
      )
      .with('sales', (db) =>
        db
          .selectFrom('brand_category_placed')
          .select((eb) => [
            'brand',
            eb.fn.max<string>('category').filterWhere('category_place', '=', 1n).as('main_category'),
            eb.fn.sum<bigint>('views').as('views'),
            eb.fn.sum<bigint>('carts').as('carts'),
            eb.fn.sum<bigint>('purchases').as('purchases'),
            money(eb.fn.sum('revenue')).as('revenue'),
          ])
          .groupBy('brand')
          .having((eb) => eb.fn.sum<bigint>('views'), '>=', BigInt(MINIMUM_VIEWS)),
      )
      .with('brand_session', (db) =>
        db
          .selectFrom('user_activity')
          .where('brand', 'is not', null)
          .where('user_session', 'is not', null)
          .where((eb) => inMonth(eb.ref('event_time'), month))
          .select(['brand', 'user_session', eventsOf('purchase').as('purchases')])
          .groupBy(['brand', 'user_session']),
      )
      .with('conversion', (db) =>
        db
          .selectFrom('brand_session')
          .select((eb) => [
            'brand',
            ratio(eb.fn.countAll<bigint>().filterWhere('purchases', '>', 0n), eb.fn.countAll<bigint>()).as(
              'conversion_rate',
            ),
          ])
          .groupBy('brand'),
      )
      .with('peer', (db) =>
        db
          .selectFrom('sales')
          .leftJoin('conversion', 'conversion.brand', 'sales.brand')
          .selectAll('sales')
          .select((eb) => [
            'conversion.conversion_rate',
            eb.fn
              .agg<bigint>('row_number')
              .over((over) =>
                over.partitionBy('main_category').orderBy('views', 'asc').orderBy('sales.brand', 'asc'),
              )
              .as('views_place'),
            eb.fn
              .countAll<bigint>()
              .over((over) => over.partitionBy('main_category'))
              .as('peers'),
            eb.fn
              .agg<bigint>('row_number')
              .over((over) =>
                over
                  .partitionBy('main_category')
                  .orderBy('conversion_rate', (ob) => ob.asc().nullsLast())
                  .orderBy('sales.brand', 'asc'),
              )
              .as('conversion_place'),
            eb.fn
              .count<bigint>('conversion_rate')
              .over((over) => over.partitionBy('main_category'))
              .as('converting_peers'),
          ]),
      )
      .with('compared', (db) =>
        db
          .selectFrom('peer')
          .selectAll()
          .select((eb) => {
            const group = 'main_category'
            const ofPeers = (measure: 'views' | 'purchases') =>
              eb.fn.sum(measure).over((over) => over.partitionBy('main_category'))
            return [
              ratio(eb.ref('views'), ofPeers('views')).as('view_share'),
              ratio(eb.ref('purchases'), ofPeers('purchases')).as('purchase_share'),
              median({
                value: eb.ref('views'),
                place: eb.ref('views_place'),
                of: eb.ref('peers'),
                group,
              }).as('median_views'),
              median({
                value: eb.ref('conversion_rate'),
                place: eb.ref('conversion_place'),
                of: eb.ref('converting_peers'),
                group,
              }).as('median_conversion_rate'),
            ]
          }),
      )
      .with('opportunity', (db) =>
        db
          .selectFrom('compared')
          .selectAll()
          .whereRef('conversion_rate', '>', 'median_conversion_rate')
          .select((eb) => {
            const views = castTo<number>(eb.ref('views'), 'double precision')
            const missing = eb.parens(eb(eb.ref('median_views'), '-', views))
            return [
              ratio(eb.ref('views'), eb.ref('median_views')).as('reach_index'),
              fromCents(ratio(eb(inCents(eb.ref('revenue')), '*', missing), views)).as('opportunity_revenue'),
            ]
          }),
      )
      .selectFrom('opportunity')
      .where('reach_index', '<', 1)
      .select((eb) => [
        eb.val(month.month).as('month'),
        'brand',
        'views',
        'carts',
        'purchases',
        'revenue',
        'view_share',
        'purchase_share',
        'conversion_rate',
        'reach_index',
        'opportunity_revenue',
        eb.fn
          .agg<bigint>('row_number')
          .over((over) => over.orderBy('opportunity_revenue', 'desc').orderBy('brand', 'asc'))
          .as('rank'),
      ])
      .$narrowType<{
        view_share: NotNull
        purchase_share: NotNull
        conversion_rate: NotNull
        reach_index: NotNull
      }>(),
  tests: [
    // A small or a new shop may have none.
    warn(notEmpty(), 'A small or a new shop may have none: check the number of purchases.'),
    notNull('brand'),
    unique('month', 'brand'),
    unique('month', 'rank'),
    between('view_share', 0, 1),
    between('purchase_share', 0, 1),
    between('conversion_rate', 0, 1),
    between('reach_index', 0, 1),
    between('views', MINIMUM_VIEWS, Number.MAX_SAFE_INTEGER),
  ],
  cases: brandsNeedingMarketingCases,
})
