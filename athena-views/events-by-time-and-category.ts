import { bigint, string, timestamp } from '../catalog/column.ts'
import { EVENT_TYPES, userActivity } from '../catalog/events.ts'
import { hourStart } from '../sql/functions.ts'
import { categoryOf } from './category.ts'
import { accepted, notEmpty, notNull, positive, unique } from './data-test.ts'
import { event } from './event-case.ts'
import { inMonth } from './in-month.ts'
import { defineMart } from './mart.ts'

export const eventsByTimeAndCategory = defineMart({
  name: 'events_by_time_and_category',
  grain: 'One row per UTC hour, category and event type that occurs in it.',
  columns: {
    event_hour: timestamp('Start of the hour, UTC.'),
    category: string('Category code, else `category <id>`.'),
    event_type: string('view, cart, remove_from_cart or purchase.'),
    events: bigint('Events of that type.'),
  },
  reads: [userActivity],
  query: (from, month) =>
    from
      // By id first: names are made and compared once a group, not once an event.
      .with('by_id', (db) =>
        db
          .selectFrom('user_activity')
          .where((eb) => inMonth(eb.ref('event_time'), month))
          .select((eb) => [
            hourStart(eb.ref('event_time')).as('event_hour'),
            'category_id',
            'category_code',
            'event_type',
            eb.fn.countAll<bigint>().as('events'),
          ])
          .groupBy((eb) => [
            hourStart(eb.ref('event_time')),
            eb.ref('category_id'),
            eb.ref('category_code'),
            eb.ref('event_type'),
          ]),
      )
      .selectFrom('by_id')
      .select((eb) => [
        'event_hour',
        categoryOf().as('category'),
        'event_type',
        eb.fn.sum<bigint>('events').as('events'),
      ])
      .groupBy(['event_hour', categoryOf(), 'event_type']),
  tests: [
    notEmpty(),
    notNull('event_hour'),
    notNull('category'),
    accepted('event_type', EVENT_TYPES),
    unique('event_hour', 'category', 'event_type'),
    positive('events'),
  ],
  cases: [
    {
      name: 'an hour has its first second and not that of the next, and a month neither its neighbours',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-09-30 23:59:59' }),
          event({ event_time: '2019-10-01 00:00:00' }),
          event({ event_time: '2019-10-01 00:59:59' }),
          event({ event_time: '2019-10-01 01:00:00' }),
          event({ event_time: '2019-10-31 23:59:59' }),
          event({ event_time: '2019-11-01 00:00:00' }),
        ],
      },
      expect: [
        {
          event_hour: '2019-10-01 00:00:00',
          category: 'electronics.smartphone',
          event_type: 'view',
          events: 2n,
        },
        {
          event_hour: '2019-10-01 01:00:00',
          category: 'electronics.smartphone',
          event_type: 'view',
          events: 1n,
        },
        {
          event_hour: '2019-10-31 23:00:00',
          category: 'electronics.smartphone',
          event_type: 'view',
          events: 1n,
        },
      ],
    },
    {
      name: 'ids with the same code are one category, and ids without code are one each',
      month: '2019-10',
      given: {
        user_activity: [
          event({ category_id: 1n, category_code: 'apparel.shoes' }),
          event({ category_id: 2n, category_code: 'apparel.shoes' }),
          event({ category_id: 2n, category_code: 'apparel.shoes', event_type: 'cart' }),
          event({ category_id: 2053013555631882655n, category_code: null }),
          event({ category_id: 2053013555631882656n, category_code: null }),
        ],
      },
      expect: [
        { event_hour: '2019-10-01 00:00:00', category: 'apparel.shoes', event_type: 'view', events: 2n },
        { event_hour: '2019-10-01 00:00:00', category: 'apparel.shoes', event_type: 'cart', events: 1n },
        {
          event_hour: '2019-10-01 00:00:00',
          category: 'category 2053013555631882655',
          event_type: 'view',
          events: 1n,
        },
        {
          event_hour: '2019-10-01 00:00:00',
          category: 'category 2053013555631882656',
          event_type: 'view',
          events: 1n,
        },
      ],
    },
  ],
})
