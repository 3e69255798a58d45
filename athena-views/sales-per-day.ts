import { bigint, date, decimal, double, nullable } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { castTo, ratio } from '../sql/functions.ts'
import { atMost, between, notEmpty, notNull, positive, unique, warn } from './data-test.ts'
import { event } from './event-case.ts'
import { eventsOf, revenue } from './event-measures.ts'
import { inMonth } from './in-month.ts'
import { defineMart } from './mart.ts'
import { money } from './money.ts'

const noSales = { orders: 0n, items: 0n, revenue: '0.00', average_order_value: null }

export const salesPerDay = defineMart({
  name: 'sales_per_day',
  grain: 'One row per UTC day with events.',
  columns: {
    event_date: date('Day in UTC.'),
    orders: bigint('Distinct sessions that buy on that day; a purchase without session is no order.'),
    items: bigint('Purchase events, one a piece, also those without session.'),
    revenue: decimal(18, 2, 'Prices of all items, in the currency of the shop.'),
    average_order_value: nullable(double('revenue / orders; null on a day without orders.')),
    conversion_rate: nullable(
      double(
        'Sessions that buy on that day / sessions with an event on that day; null where no event has one.',
      ),
    ),
  },
  reads: [userActivity],
  query: (from, month) =>
    from
      // Sessions first, then days: counting rows is far cheaper than counting millions of distinct texts.
      .with('session', (db) =>
        db
          .selectFrom('user_activity')
          .where((eb) => inMonth(eb.ref('event_time'), month))
          .select((eb) => [
            castTo<string>(eb.ref('event_time'), 'date').as('event_date'),
            'user_session',
            eventsOf('purchase').as('items'),
            revenue().as('revenue'),
          ])
          .groupBy((eb) => [castTo<string>(eb.ref('event_time'), 'date'), 'user_session']),
      )
      .with('day', (db) =>
        db
          .selectFrom('session')
          .select((eb) => [
            'event_date',
            eb.fn.count<bigint>('user_session').as('sessions'),
            eb.fn.count<bigint>('user_session').filterWhere('items', '>', 0n).as('orders'),
            eb.fn.sum<bigint>('items').as('items'),
            money(eb.fn.sum('revenue')).as('revenue'),
          ])
          .groupBy('event_date'),
      )
      .selectFrom('day')
      .select((eb) => [
        'event_date',
        'orders',
        'items',
        'revenue',
        ratio(eb.ref('revenue'), eb.ref('orders')).as('average_order_value'),
        ratio(eb.ref('orders'), eb.ref('sessions')).as('conversion_rate'),
      ]),
  tests: [
    notEmpty(),
    notNull('event_date'),
    unique('event_date'),
    atMost('orders', 'items'),
    between('conversion_rate', 0, 1),
    // 2019-11-15 has 5.7 million views and not one purchase: worth a look, no reason to hold the night.
    warn(positive('items'), 'Ask the shop whether nothing was sold on that day.'),
  ],
  cases: [
    {
      name: 'several items in a session are one order, and its average counts their sum',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_type: 'purchase', user_session: 'a', price: '10.00' }),
          event({ event_type: 'purchase', user_session: 'a', price: '20.01' }),
          event({ event_type: 'purchase', user_session: 'b', price: '0.02' }),
          event({ event_type: 'cart', user_session: 'c', price: '99.00' }),
          event({ event_type: 'view', user_session: 'd' }),
        ],
      },
      expect: [
        {
          event_date: '2019-10-01',
          orders: 2n,
          items: 3n,
          revenue: '30.03',
          average_order_value: 15.015,
          conversion_rate: 0.5,
        },
      ],
    },
    {
      name: 'a session over midnight counts on both days, and buys on the day of its purchase',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-10-01 23:59:59', user_session: 'a' }),
          event({
            event_time: '2019-10-02 00:00:00',
            user_session: 'a',
            event_type: 'purchase',
            price: '7.50',
          }),
        ],
      },
      expect: [
        { event_date: '2019-10-01', ...noSales, conversion_rate: 0 },
        {
          event_date: '2019-10-02',
          orders: 1n,
          items: 1n,
          revenue: '7.50',
          average_order_value: 7.5,
          conversion_rate: 1,
        },
      ],
    },
    {
      name: 'a purchase without session is no order, but counts in items and revenue',
      month: '2019-10',
      given: {
        user_activity: [
          event({ user_session: 'a' }),
          event({ event_type: 'purchase', user_session: 'b', price: '10.00' }),
          event({ event_type: 'purchase', user_session: null, price: '5.00' }),
        ],
      },
      expect: [
        {
          event_date: '2019-10-01',
          orders: 1n,
          items: 2n,
          revenue: '15.00',
          average_order_value: 15,
          conversion_rate: 0.5,
        },
      ],
    },
    {
      name: 'a day whose events have no session has no rate, and a purchase without price brings nothing',
      month: '2019-10',
      given: {
        user_activity: [event({ event_type: 'purchase', user_session: null, price: null })],
      },
      expect: [{ event_date: '2019-10-01', ...noSales, items: 1n, conversion_rate: null }],
    },
    {
      name: 'the month ends with its last second',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-09-30 23:59:59', event_type: 'purchase' }),
          event({ event_time: '2019-10-31 23:59:59' }),
          event({ event_time: '2019-11-01 00:00:00', event_type: 'purchase' }),
        ],
      },
      expect: [{ event_date: '2019-10-31', ...noSales, conversion_rate: 0 }],
    },
  ],
})
