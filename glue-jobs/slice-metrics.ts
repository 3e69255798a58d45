import { type Expression, expressionBuilder, type QueryCreator, sql } from 'kysely'
import { EVENT_TYPES, type quarantinedRows, REJECT_REASONS } from '../catalog/events.ts'
import type { ColumnsOf } from '../catalog/table.ts'
import { castTo, mapOf, timestampText } from '../sql/functions.ts'
import type { Event } from './curation.ts'

/** What was written, as the job reads it back. */
export interface Written {
  events: Event
  quarantine: ColumnsOf<typeof quarantinedRows>
}

const NULLABLE = ['category_code', 'brand', 'user_session', 'price'] as const
/** In percent: the smallest price that at least so many of the events with a price do not exceed. */
const PRICE_QUANTILES = [50, 90, 99] as const
const eb = expressionBuilder<Record<never, never>, never>()

/** A sum over no rows is null, a count is not. */
const sum = (count: Expression<bigint>) =>
  castTo<bigint>(eb.fn.coalesce(eb.fn.sum<bigint>(count), eb.lit(0)), 'bigint')
const times = (count: Expression<bigint>, factor: number) => sql<bigint>`${count} * ${sql.lit(factor)}`
const text = (value: Expression<unknown>) => castTo<string | null>(value, 'varchar')

/**
 * What a slice's written events are, in one row. A dot in a column's name nests it in the metrics document:
 * `nulls.brand` is `{ nulls: { brand } }`.
 */
export const eventMetrics = (from: QueryCreator<Written>) =>
  from
    .with('by_category', (q) =>
      q
        .selectFrom('events')
        .groupBy('category_id')
        .select((eb) => [
          'category_id',
          eb.fn.countAll<bigint>().as('events'),
          ...EVENT_TYPES.map((type) =>
            eb.fn.countAll<bigint>().filterWhere('event_type', '=', type).as(`type_${type}`),
          ),
          ...NULLABLE.map((column) =>
            eb.fn.countAll<bigint>().filterWhere(column, 'is', null).as(`null_${column}`),
          ),
          eb.fn.countAll<bigint>().filterWhere('price', '=', sql<string>`0`).as('zero_prices'),
          eb.fn.min('price').as('lowest'),
          eb.fn.max('price').as('highest'),
          eb.fn.min('event_time').as('first_event'),
          eb.fn.max('event_time').as('last_event'),
        ]),
    )
    .with('ranked', (q) =>
      q
        .selectFrom('by_category')
        .selectAll()
        .select((eb) =>
          eb.fn
            .agg<bigint>('row_number')
            .over((over) => over.orderBy('events', 'desc').orderBy('category_id'))
            .as('size_rank'),
        ),
    )
    // Prices by how many events have them: every engine counts alike, where their own percentiles part, and memory is
    // bounded by how many prices there are.
    .with('by_price', (q) =>
      q
        .selectFrom('events')
        .where('price', 'is not', null)
        .groupBy('price')
        .select((eb) => ['price', eb.fn.countAll<bigint>().as('events')]),
    )
    .with('cumulated', (q) =>
      q.selectFrom('by_price').select((eb) => [
        'price',
        eb.fn
          .sum<bigint>('events')
          .over((over) => over.orderBy('price'))
          .as('up_to'),
        eb.fn.sum<bigint>('events').over().as('total'),
      ]),
    )
    .with('quantiles', (q) =>
      q.selectFrom('cumulated').select((eb) =>
        PRICE_QUANTILES.map((percent) =>
          eb.fn
            .min('price')
            .filterWhere(times(eb.ref('up_to'), 100), '>=', times(eb.ref('total'), percent))
            .as(`p${percent}`),
        ),
      ),
    )
    .selectFrom('ranked')
    .crossJoin('quantiles')
    .select((eb) => [
      sum(eb.ref('events')).as('curated'),
      ...EVENT_TYPES.map((type) => sum(eb.ref(`type_${type}`)).as(`eventTypes.${type}`)),
      ...NULLABLE.map((column) => sum(eb.ref(`null_${column}`)).as(`nulls.${column}`)),
      sum(eb.ref('zero_prices')).as('zeroPrices'),
      text(eb.fn.min('lowest')).as('price.min'),
      text(eb.fn.max('highest')).as('price.max'),
      ...PRICE_QUANTILES.map((percent) => text(eb.fn.max(`p${percent}`)).as(`price.p${percent}`)),
      timestampText(eb.fn.min('first_event')).as('firstEvent'),
      timestampText(eb.fn.max('last_event')).as('lastEvent'),
      eb.fn.countAll<bigint>().as('categories'),
      text(eb.fn.max('category_id').filterWhere('size_rank', '=', 1n)).as('largestCategory.category_id'),
      eb.fn.max('events').as('largestCategory.rows'),
      mapOf(text(eb.ref('category_id')), eb.ref('events')).as('categoryRows'),
    ])

/** How many lines were quarantined, in all and for each reason, in one row. */
export const quarantineMetrics = (from: QueryCreator<Written>) =>
  from.selectFrom('quarantine').select((eb) => [
    eb.fn.countAll<bigint>().as('quarantined'),
    ...REJECT_REASONS.map((reason) =>
      eb.fn
        .countAll<bigint>()
        .filterWhere(eb.fn<boolean>('array_contains', [eb.ref('reasons'), eb.val(reason)]))
        .as(`reasons.${reason}`),
    ),
  ])
