import { bigint, date, double, nullable } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { ratio } from '../sql/functions.ts'
import { comparedWeeks, FULL } from './compared-weeks.ts'
import { notEmpty, notNull, positive, unique, warn } from './data-test.ts'
import { defineMart } from './mart.ts'
import { week } from './week-case.ts'

export const categoryGrowth = defineMart({
  name: 'category_growth',
  grain: 'One row per full ISO week, over all categories.',
  columns: {
    week_start: date('Monday; the week belongs to its month. Full: each of its seven days has events.'),
    events: bigint('Events of the week.'),
    growth_rate_4w: nullable(
      double(
        'Growth a week, compounded over four: (events / events four weeks before)^(1/4) - 1; ' +
          'null where the week four weeks before is not full.',
      ),
    ),
  },
  reads: [userActivity],
  window: { monthsBefore: 1, monthsAfter: 1 },
  query: (from, month) =>
    comparedWeeks(from, month, 4)
      .with('total', (db) =>
        db
          .selectFrom('compared')
          .where('days', '=', FULL)
          .select((eb) => [
            'week_start',
            eb.fn.sum<bigint>('events').as('events'),
            eb.fn.sum<bigint>('earlier_events').filterWhere('earlier_days', '=', FULL).as('earlier_events'),
          ])
          .groupBy('week_start'),
      )
      .selectFrom('total')
      .select((eb) => [
        'week_start',
        'events',
        eb(
          eb.fn<number | null>('power', [ratio(eb.ref('events'), eb.ref('earlier_events')), eb.lit(0.25)]),
          '-',
          eb.lit(1),
        ).as('growth_rate_4w'),
      ]),
  tests: [
    // A month of which only the first days have come yet has no full week.
    warn(notEmpty(), 'The month has no full week yet: nothing to do before it has.'),
    notNull('week_start'),
    unique('week_start'),
    positive('events'),
  ],
  cases: [
    {
      name: 'from 16 to 81 events in four weeks is half as many again each week, whatever the categories',
      month: '2019-11',
      given: {
        user_activity: [...week('2019-10-07', { a: 9, b: 7 }), ...week('2019-11-04', { b: 41, c: 40 })],
      },
      expect: [{ week_start: '2019-11-04', events: 81n, growth_rate_4w: 0.5 }],
    },
    {
      name: 'no rate without a full week four weeks before, no row for a week that is not full',
      month: '2019-11',
      given: {
        user_activity: [
          ...week('2019-10-07', { a: 16 }, 6),
          ...week('2019-10-14', { a: 16 }),
          ...week('2019-11-04', { a: 81 }),
          ...week('2019-11-11', { a: 81 }, 6),
          ...week('2019-11-18', { a: 7 }),
        ],
      },
      expect: [
        { week_start: '2019-11-04', events: 81n, growth_rate_4w: null },
        { week_start: '2019-11-18', events: 7n, growth_rate_4w: null },
      ],
    },
    {
      name: 'a week belongs to the month of its Monday, and four weeks reach into the month before',
      month: '2019-07',
      given: {
        user_activity: [
          ...week('2019-06-03', { a: 16 }),
          ...week('2019-06-24', { a: 16 }),
          ...week('2019-07-01', { a: 16 }),
          ...week('2019-07-29', { a: 81 }),
          ...week('2019-08-05', { a: 81 }),
        ],
      },
      expect: [
        { week_start: '2019-07-01', events: 16n, growth_rate_4w: 0 },
        { week_start: '2019-07-29', events: 81n, growth_rate_4w: 0.5 },
      ],
    },
    {
      name: 'a month without a full week has no rows',
      month: '2019-10',
      given: { user_activity: week('2019-10-07', { a: 60 }, 6) },
      expect: [],
    },
  ],
})
