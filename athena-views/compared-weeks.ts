import { type QueryCreator, sql } from 'kysely'
import type { userActivity } from '../catalog/events.ts'
import type { Month } from '../catalog/month.ts'
import type { DatabaseOf } from '../catalog/table.ts'
import { castTo, plusDays, weekStart } from '../sql/functions.ts'
import { categoryOf } from './category.ts'
import { timestampLiteral } from './in-month.ts'

const DAY = 86_400_000

/** Days of a week that have events; a week with less is not full, and is compared with none. */
export const FULL = 7

/**
 * Each category's events in the weeks of a month beside those of some weeks earlier, as `compared`. A week belongs to
 * the month of its Monday, so it may end in the next month and be compared with one of the month before. A category that
 * has events in only one of the two weeks has 0 in the other. `days` and `earlier_days` say how many days of the two
 * weeks have events of any category; null where there are none.
 *
 * Nothing is joined with itself: Athena would read the events once a mention.
 */
export const comparedWeeks = (
  from: QueryCreator<DatabaseOf<typeof userActivity>>,
  month: Month,
  weeksEarlier: 1 | 4,
) =>
  from
    .with('day', (db) =>
      db
        .selectFrom('user_activity')
        .where('event_time', '>=', timestampLiteral(moved(month.from, -7 * weeksEarlier)))
        // The last Monday's Sunday lies at most six days behind the month.
        .where('event_time', '<', timestampLiteral(moved(month.to, 6)))
        .select((eb) => [
          weekStart(eb.ref('event_time')).as('week_start'),
          castTo<string>(eb.ref('event_time'), 'date').as('event_date'),
          'category_id',
          'category_code',
          eb.fn.countAll<bigint>().as('events'),
        ])
        .groupBy((eb) => [
          weekStart(eb.ref('event_time')),
          castTo<string>(eb.ref('event_time'), 'date'),
          eb.ref('category_id'),
          eb.ref('category_code'),
        ]),
    )
    .with('numbered_day', (db) =>
      db.selectFrom('day').select((eb) => [
        'week_start',
        categoryOf().as('category'),
        'events',
        // Counts the days of a week that have events, of whatever category.
        eb.fn
          .agg<number>('dense_rank')
          .over((over) => over.partitionBy('week_start').orderBy('event_date'))
          .as('day_number'),
      ]),
    )
    .with('week_of_category', (db) =>
      db
        .selectFrom('numbered_day')
        .select((eb) => [
          'week_start',
          'category',
          eb.fn.sum<bigint>('events').as('events'),
          eb.fn.max('day_number').as('last_day_number'),
        ])
        .groupBy(['week_start', 'category']),
    )
    .with('week', (db) =>
      db.selectFrom('week_of_category').select((eb) => [
        'week_start',
        'category',
        'events',
        eb.fn
          .max('last_day_number')
          .over((over) => over.partitionBy('week_start'))
          .as('days'),
      ]),
    )
    // Each week twice: as itself, and as the earlier one of a later week.
    .with('role', (db) =>
      db
        .selectFrom('week')
        .crossJoin(sql<{ earlier: number }>`(select 0 as earlier union all select 1 as earlier)`.as('roles'))
        .select((eb) => [
          eb
            .case()
            .when('earlier', '=', 1)
            .then(plusDays(eb.ref('week_start'), 7 * weeksEarlier))
            .else(eb.ref('week_start'))
            .end()
            .as('week_start'),
          'category',
          'events',
          'days',
          'earlier',
        ]),
    )
    .with('pair', (db) =>
      db
        .selectFrom('role')
        .select((eb) => [
          'week_start',
          'category',
          eb.fn.coalesce(eb.fn.sum<bigint>('events').filterWhere('earlier', '=', 0), eb.lit(0)).as('events'),
          eb.fn
            .coalesce(eb.fn.sum<bigint>('events').filterWhere('earlier', '=', 1), eb.lit(0))
            .as('earlier_events'),
          eb.fn.max('days').filterWhere('earlier', '=', 0).as('days'),
          eb.fn.max('days').filterWhere('earlier', '=', 1).as('earlier_days'),
        ])
        .groupBy(['week_start', 'category']),
    )
    .with('compared', (db) =>
      db
        .selectFrom('pair')
        .where('week_start', '>=', dateLiteral(month.from))
        .where('week_start', '<', dateLiteral(month.to))
        .select((eb) => [
          'week_start',
          'category',
          'events',
          'earlier_events',
          eb.fn
            .max('days')
            .over((over) => over.partitionBy('week_start'))
            .as('days'),
          eb.fn
            .max('earlier_days')
            .over((over) => over.partitionBy('week_start'))
            .as('earlier_days'),
        ]),
    )

const dateLiteral = (timestamp: string) => castTo<string>(sql.lit(timestamp.slice(0, 10)), 'date')

/** `2019-10-01 00:00:00` moved by whole days. */
const moved = (timestamp: string, days: number): string =>
  new Date(Date.parse(`${timestamp}Z`) + days * DAY).toISOString().slice(0, 19).replace('T', ' ')
