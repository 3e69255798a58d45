import { type Expression, expressionBuilder, type QueryCreator, sql } from 'kysely'
import { EVENT_TYPES, type quarantinedRows, REJECT_REASONS } from '../catalog/events.ts'
import type { ColumnsOf } from '../catalog/table.ts'
import { castTo, timestampText } from '../sql/functions.ts'
import type { Event } from './curation.ts'

/** What was written, as the job reads it back. */
export interface Written {
  events: Event
  quarantine: ColumnsOf<typeof quarantinedRows>
}

const NULLABLE = ['category_code', 'brand', 'user_session', 'price'] as const
const eb = expressionBuilder<Record<never, never>, never>()

/** A sum over no rows is null, a count is not. */
const sum = (count: Expression<bigint>) =>
  castTo<bigint>(eb.fn.coalesce(eb.fn.sum<bigint>(count), eb.lit(0)), 'bigint')
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
    .selectFrom('ranked')
    .select((eb) => [
      sum(eb.ref('events')).as('curated'),
      ...EVENT_TYPES.map((type) => sum(eb.ref(`type_${type}`)).as(`eventTypes.${type}`)),
      ...NULLABLE.map((column) => sum(eb.ref(`null_${column}`)).as(`nulls.${column}`)),
      sum(eb.ref('zero_prices')).as('zeroPrices'),
      text(eb.fn.min('lowest')).as('price.min'),
      text(eb.fn.max('highest')).as('price.max'),
      timestampText(eb.fn.min('first_event')).as('firstEvent'),
      timestampText(eb.fn.max('last_event')).as('lastEvent'),
      eb.fn.countAll<bigint>().as('categories'),
      text(eb.fn.max('category_id').filterWhere('size_rank', '=', 1n)).as('largestCategory.category_id'),
      eb.fn.max('events').as('largestCategory.rows'),
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
