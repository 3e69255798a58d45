import type { NotNull } from 'kysely'
import { bigint, date, decimal, double, integer } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { monthRange, shiftMonth } from '../catalog/month.ts'
import { castTo, hourOf, isoWeekday, plusHours, ratio } from '../sql/functions.ts'
import { atMost, between, notEmpty, notNull, unique, warn } from './data-test.ts'
import { event } from './event-case.ts'
import { inMonth, timestampLiteral } from './in-month.ts'
import { defineMart } from './mart.ts'
import { money } from './money.ts'

/** How long after its first cart event a line can still be bought; a purchase on the last instant counts. */
export const HOURS_TO_BUY = 24

const cart = (row: Parameters<typeof event>[0]) => event({ event_type: 'cart', ...row })
const bought = (row: Parameters<typeof event>[0]) => event({ event_type: 'purchase', ...row })

/**
 * A line is one (user_session, product_id) with a cart event. Cart events without session belong to no line.
 * Its first cart event times it, prices it and says whose it is: the earliest one, at a tie the cheapest (without price
 * last), then the lowest user_id. It is bought if that user buys that product in whatever session, from the very moment
 * of the cart event until 24 hours after it, both included: the file's seconds do not say which came first.
 */
export const cartAbandonment = defineMart({
  name: 'cart_abandonment',
  grain: 'One row per UTC hour in which a product first went into the cart of a session.',
  columns: {
    event_date: date('Day in UTC of the first cart event.'),
    weekday: integer('ISO weekday of that day: 1 = Monday … 7 = Sunday.'),
    hour_of_day: integer('Hour in UTC, 0 to 23.'),
    carted: bigint('Carted lines: distinct (user_session, product_id) by their first cart event.'),
    abandoned: bigint('Lines whose user buys the product at no time within the next 24 hours.'),
    abandonment_rate: double('abandoned / carted.'),
    abandoned_value: decimal(
      18,
      2,
      'Prices of the abandoned lines, one piece each, in the currency of the shop.',
    ),
  },
  reads: [userActivity],
  // A line has its place in the month of its first cart event alone, though its session goes on in the next one. What a
  // session carted before the month before is forgotten: carted again, it is a new line.
  window: { monthsBefore: 1, monthsAfter: 1 },
  query: (from, month) =>
    from
      .with('carted', (db) =>
        db
          .selectFrom('user_activity')
          .where('event_type', '=', 'cart')
          .where('user_session', 'is not', null)
          .where((eb) =>
            inMonth(eb.ref('event_time'), {
              ...month,
              from: monthRange(shiftMonth(month.month, -1)).from,
            }),
          )
          .select((eb) => [
            'user_session',
            'product_id',
            'user_id',
            'event_time',
            'price',
            eb.fn
              .agg<bigint>('row_number')
              .over((over) =>
                over
                  .partitionBy(['user_session', 'product_id'])
                  .orderBy('event_time', 'asc')
                  .orderBy('price', (ob) => ob.asc().nullsLast())
                  .orderBy('user_id', 'asc'),
              )
              .as('place'),
          ]),
      )
      .with('line', (db) =>
        db
          .selectFrom('carted')
          .selectAll()
          .where('place', '=', 1n)
          .where((eb) => inMonth(eb.ref('event_time'), month)),
      )
      .with('bought', (db) =>
        db
          .selectFrom('user_activity')
          .where('event_type', '=', 'purchase')
          .where((eb) =>
            eb.and([
              eb('event_time', '>=', timestampLiteral(month.from)),
              eb('event_time', '<', plusHours(timestampLiteral(month.to), HOURS_TO_BUY)),
            ]),
          )
          .select(['user_id', 'product_id', 'event_time']),
      )
      .with('outcome', (db) =>
        db
          .selectFrom('line')
          .leftJoin('bought', (join) =>
            join
              .onRef('bought.user_id', '=', 'line.user_id')
              .onRef('bought.product_id', '=', 'line.product_id')
              .onRef('bought.event_time', '>=', 'line.event_time')
              .on((eb) => eb('bought.event_time', '<=', plusHours(eb.ref('line.event_time'), HOURS_TO_BUY))),
          )
          .select((eb) => [
            castTo<string>(eb.ref('line.event_time'), 'date').as('event_date'),
            hourOf(eb.ref('line.event_time')).as('hour_of_day'),
            'line.price',
            eb.fn.count<bigint>('bought.event_time').as('purchases'),
          ])
          // The first two say which line it is; the others follow from them.
          .groupBy(['line.user_session', 'line.product_id', 'line.event_time', 'line.price']),
      )
      .selectFrom('outcome')
      .select((eb) => {
        const carted = eb.fn.countAll<bigint>()
        const abandoned = carted.filterWhere('purchases', '=', 0n)
        return [
          'event_date',
          isoWeekday(eb.ref('event_date')).as('weekday'),
          'hour_of_day',
          carted.as('carted'),
          abandoned.as('abandoned'),
          ratio(abandoned, carted).as('abandonment_rate'),
          money(eb.fn.sum('price').filterWhere('purchases', '=', 0n)).as('abandoned_value'),
        ]
      })
      .groupBy(['event_date', 'hour_of_day'])
      .$narrowType<{ abandonment_rate: NotNull }>(),
  tests: [
    // A small slice can lack carts; a shop in operation doesn't.
    warn(notEmpty(), 'Ask whether the export lacks cart events.'),
    notNull('event_date'),
    unique('event_date', 'hour_of_day'),
    between('weekday', 1, 7),
    between('hour_of_day', 0, 23),
    atMost('abandoned', 'carted'),
    between('abandonment_rate', 0, 1),
  ],
  cases: [
    {
      name: 'a purchase exactly 24 hours after the cart event still counts, one a second later does not',
      month: '2019-10',
      given: {
        user_activity: [
          cart({ event_time: '2019-10-01 10:00:00', user_session: 'in time', price: '1.00' }),
          bought({ event_time: '2019-10-02 10:00:00', user_session: 'another' }),
          cart({ event_time: '2019-10-01 10:00:00', user_session: 'late', price: '2.50', user_id: 2n }),
          bought({ event_time: '2019-10-02 10:00:01', user_session: 'late', user_id: 2n }),
        ],
      },
      expect: [
        {
          event_date: '2019-10-01',
          weekday: 2,
          hour_of_day: 10,
          carted: 2n,
          abandoned: 1n,
          abandonment_rate: 0.5,
          abandoned_value: '2.50',
        },
      ],
    },
    {
      name: 'a purchase in the very second of the cart event counts, one before it does not',
      month: '2019-10',
      given: {
        user_activity: [
          cart({ event_time: '2019-10-06 00:00:00', product_id: 1n }),
          bought({ event_time: '2019-10-06 00:00:00', product_id: 1n }),
          cart({ event_time: '2019-10-06 00:00:00', product_id: 2n, price: '3.00' }),
          bought({ event_time: '2019-10-05 23:59:59', product_id: 2n }),
        ],
      },
      expect: [
        {
          event_date: '2019-10-06',
          weekday: 7,
          hour_of_day: 0,
          carted: 2n,
          abandoned: 1n,
          abandonment_rate: 0.5,
          abandoned_value: '3.00',
        },
      ],
    },
    {
      name: 'a line carted on the month’s last evening and bought in the next month is not abandoned',
      month: '2019-10',
      given: {
        user_activity: [
          cart({ event_time: '2019-10-31 23:59:59' }),
          bought({ event_time: '2019-11-01 23:59:59', user_session: null }),
        ],
      },
      expect: [
        {
          event_date: '2019-10-31',
          weekday: 4,
          hour_of_day: 23,
          carted: 1n,
          abandoned: 0n,
          abandonment_rate: 0,
          abandoned_value: '0.00',
        },
      ],
    },
    {
      name: 'a line of the month before does not appear again when its session carts it again',
      month: '2019-11',
      given: {
        user_activity: [
          cart({ event_time: '2019-10-31 23:59:59' }),
          cart({ event_time: '2019-11-01 00:00:00' }),
          cart({ event_time: '2019-11-01 00:00:00', product_id: 2n, price: '7.00' }),
        ],
      },
      expect: [
        {
          event_date: '2019-11-01',
          weekday: 5,
          hour_of_day: 0,
          carted: 1n,
          abandoned: 1n,
          abandonment_rate: 1,
          abandoned_value: '7.00',
        },
      ],
    },
    {
      name: 'of cart events in one second the cheapest prices the line and says whose it is',
      month: '2019-10',
      given: {
        user_activity: [
          cart({ event_time: '2019-10-07 12:00:00', user_id: 1n, price: null }),
          cart({ event_time: '2019-10-07 12:00:00', user_id: 2n, price: '9.00' }),
          cart({ event_time: '2019-10-07 12:00:00', user_id: 3n, price: '8.00' }),
          cart({ event_time: '2019-10-07 12:00:00', user_id: 4n, price: '8.00' }),
          cart({ event_time: '2019-10-07 12:00:01', user_id: 5n, price: '1.00' }),
          bought({ event_time: '2019-10-07 12:30:00', user_id: 1n }),
          bought({ event_time: '2019-10-07 12:30:00', user_id: 2n }),
          bought({ event_time: '2019-10-07 12:30:00', user_id: 4n }),
          bought({ event_time: '2019-10-07 12:30:00', user_id: 5n }),
        ],
      },
      expect: [
        {
          event_date: '2019-10-07',
          weekday: 1,
          hour_of_day: 12,
          carted: 1n,
          abandoned: 1n,
          abandonment_rate: 1,
          abandoned_value: '8.00',
        },
      ],
    },
    {
      name: 'cart events without session belong to no line',
      month: '2019-10',
      given: { user_activity: [cart({ user_session: null }), event({ event_type: 'remove_from_cart' })] },
      expect: [],
    },
  ],
})
