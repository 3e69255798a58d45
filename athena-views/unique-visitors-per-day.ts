import { bigint, date } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { castTo } from '../sql/functions.ts'
import { atMost, notEmpty, notNull, positive, unique, warn } from './data-test.ts'
import { event } from './event-case.ts'
import { inMonth } from './in-month.ts'
import { defineMart } from './mart.ts'

export const uniqueVisitorsPerDay = defineMart({
  name: 'unique_visitors_per_day',
  grain: 'One row per UTC day with events.',
  columns: {
    event_date: date('Day in UTC.'),
    unique_visitors: bigint('Distinct users.'),
    sessions: bigint('Distinct sessions; events without one count for none.'),
    events: bigint('Events of all types.'),
    views: bigint('View events.'),
    carts: bigint('Cart events.'),
    purchases: bigint('Purchase events.'),
  },
  reads: [userActivity],
  query: (from, month) =>
    from
      .selectFrom('user_activity')
      .where((eb) => inMonth(eb.ref('event_time'), month))
      .select((eb) => [
        castTo<string>(eb.ref('event_time'), 'date').as('event_date'),
        eb.fn.count<bigint>('user_id').distinct().as('unique_visitors'),
        eb.fn.count<bigint>('user_session').distinct().as('sessions'),
        eb.fn.countAll<bigint>().as('events'),
        eb.fn.countAll<bigint>().filterWhere('event_type', '=', 'view').as('views'),
        eb.fn.countAll<bigint>().filterWhere('event_type', '=', 'cart').as('carts'),
        eb.fn.countAll<bigint>().filterWhere('event_type', '=', 'purchase').as('purchases'),
      ])
      .groupBy((eb) => castTo<string>(eb.ref('event_time'), 'date')),
  tests: [
    notEmpty(),
    notNull('event_date'),
    unique('event_date'),
    atMost('unique_visitors', 'events'),
    // 2019-11-15 has 5.7 million views and not one purchase: worth a look, no reason to hold the night.
    warn(positive('purchases'), 'Ask the shop whether nothing was sold on that day.'),
  ],
  cases: [
    {
      name: 'a visitor with two sessions is one visitor, and an event without session is none',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-10-01 00:00:00', user_id: 1n, user_session: 'a' }),
          event({ event_time: '2019-10-01 23:59:59', user_id: 1n, user_session: 'b', event_type: 'cart' }),
          event({ event_time: '2019-10-01 12:00:00', user_id: 2n, user_session: null }),
          event({
            event_time: '2019-10-02 00:00:00',
            user_id: 1n,
            user_session: 'b',
            event_type: 'purchase',
          }),
        ],
      },
      expect: [
        {
          event_date: '2019-10-01',
          unique_visitors: 2n,
          sessions: 2n,
          events: 3n,
          views: 2n,
          carts: 1n,
          purchases: 0n,
        },
        {
          event_date: '2019-10-02',
          unique_visitors: 1n,
          sessions: 1n,
          events: 1n,
          views: 0n,
          carts: 0n,
          purchases: 1n,
        },
      ],
    },
  ],
})
