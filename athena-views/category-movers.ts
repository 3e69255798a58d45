import { bigint, date, double, nullable, string } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { ratio } from '../sql/functions.ts'
import { comparedWeeks, FULL } from './compared-weeks.ts'
import { notEmpty, notNull, unique, warn } from './data-test.ts'
import { defineMart } from './mart.ts'
import { week } from './week-case.ts'

/** Below this many events in both weeks a rate says little. */
const ENOUGH = 30n

const mover = { previous_events: 30n, top_rank: 1n, bottom_rank: 1n }

export const categoryMovers = defineMart({
  name: 'category_movers',
  grain:
    'One row per full ISO week whose week before is full too, and category with 30 events in one of the two.',
  columns: {
    week_start: date('Monday; the week belongs to its month. Full: each of its seven days has events.'),
    category: string('Category code, else `category <id>`.'),
    events: bigint('Events of the week; 0 where the category vanished.'),
    previous_events: bigint('Events of the week before; 0 where the category is new.'),
    change_rate: nullable(double('events / previous_events - 1; null where the category is new.')),
    top_rank: bigint('Place within the week by falling change_rate; new categories last, equals by name.'),
    bottom_rank: bigint('Place within the week by rising change_rate; new categories last, equals by name.'),
  },
  reads: [userActivity],
  window: { monthsBefore: 1, monthsAfter: 1 },
  query: (from, month) =>
    comparedWeeks(from, month, 1)
      .with('change', (db) =>
        db
          .selectFrom('compared')
          .where('days', '=', FULL)
          .where('earlier_days', '=', FULL)
          .where((eb) => eb.or([eb('events', '>=', ENOUGH), eb('earlier_events', '>=', ENOUGH)]))
          .select((eb) => [
            'week_start',
            'category',
            'events',
            'earlier_events as previous_events',
            eb(ratio(eb.ref('events'), eb.ref('earlier_events')), '-', eb.lit(1)).as('change_rate'),
          ]),
      )
      .selectFrom('change')
      .selectAll()
      .select((eb) => {
        const rank = (direction: 'asc' | 'desc') =>
          eb.fn.agg<bigint>('row_number').over((over) =>
            over
              .partitionBy('week_start')
              .orderBy('change_rate', (order) => order[direction]().nullsLast())
              .orderBy('category'),
          )
        return [rank('desc').as('top_rank'), rank('asc').as('bottom_rank')]
      }),
  tests: [
    // A month that lacks two full weeks in a row has nothing to compare.
    warn(notEmpty(), 'The month lacks two full weeks in a row: nothing to do before it has them.'),
    notNull('week_start'),
    notNull('category'),
    unique('week_start', 'category'),
    unique('week_start', 'top_rank'),
    unique('week_start', 'bottom_rank'),
  ],
  cases: [
    {
      name: 'equals go by name, a vanished category falls by all, a new one has no rate and comes last both ways',
      month: '2019-10',
      given: {
        user_activity: [
          ...week('2019-10-07', { gone: 40, up: 30, also_up: 60, rare: 29 }),
          ...week('2019-10-14', { new: 30, up: 45, also_up: 90, rare: 29 }),
        ],
      },
      expect: [
        {
          week_start: '2019-10-14',
          category: 'also_up',
          events: 90n,
          previous_events: 60n,
          change_rate: 0.5,
          top_rank: 1n,
          bottom_rank: 2n,
        },
        {
          week_start: '2019-10-14',
          category: 'up',
          events: 45n,
          previous_events: 30n,
          change_rate: 0.5,
          top_rank: 2n,
          bottom_rank: 3n,
        },
        {
          week_start: '2019-10-14',
          category: 'gone',
          events: 0n,
          previous_events: 40n,
          change_rate: -1,
          top_rank: 3n,
          bottom_rank: 1n,
        },
        {
          week_start: '2019-10-14',
          category: 'new',
          events: 30n,
          previous_events: 0n,
          change_rate: null,
          top_rank: 4n,
          bottom_rank: 4n,
        },
      ],
    },
    {
      name: 'a week that lacks one day is not full, and neither it nor the week behind it is compared',
      month: '2019-10',
      given: {
        user_activity: [
          ...week('2019-10-07', { a: 30 }),
          ...week('2019-10-14', { a: 30 }, 6),
          ...week('2019-10-21', { a: 30 }),
        ],
      },
      expect: [],
    },
    {
      name: 'any category fills a day of the week',
      month: '2019-10',
      given: {
        user_activity: [
          ...week('2019-10-07', { a: 30 }, 1),
          ...week('2019-10-07', { b: 7 }),
          ...week('2019-10-14', { a: 15 }, 1),
          ...week('2019-10-14', { b: 7 }),
        ],
      },
      expect: [{ ...mover, week_start: '2019-10-14', category: 'a', events: 15n, change_rate: -0.5 }],
    },
    {
      name: 'the week of the first Monday is compared with one of the month before',
      month: '2019-07',
      given: {
        user_activity: [
          ...week('2019-06-17', { a: 30 }),
          ...week('2019-06-24', { a: 30 }),
          ...week('2019-07-01', { a: 60 }),
        ],
      },
      expect: [{ ...mover, week_start: '2019-07-01', category: 'a', events: 60n, change_rate: 1 }],
    },
    {
      name: 'the week of the last Monday ends in the next month, and the next Monday is not of this month',
      month: '2019-09',
      given: {
        user_activity: [
          ...week('2019-09-23', { a: 30 }),
          ...week('2019-09-30', { a: 33 }),
          ...week('2019-10-07', { a: 30 }),
        ],
      },
      expect: [{ ...mover, week_start: '2019-09-30', category: 'a', events: 33n, change_rate: 0.1 }],
    },
  ],
})
