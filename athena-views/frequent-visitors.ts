import { bigint, decimal, type Row, string, timestamp } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'
import { castTo } from '../sql/functions.ts'
import { atMost, between, notEmpty, notNull, unique } from './data-test.ts'
import { event } from './event-case.ts'
import { eventsOf, revenue } from './event-measures.ts'
import { inMonth } from './in-month.ts'
import { defineMart } from './mart.ts'
import { money } from './money.ts'

/** How many users a month has at most. */
export const FREQUENT_VISITORS = 1_000

const columns = {
  month: string('YYYY-MM, UTC.'),
  user_id: bigint('User.'),
  active_days: bigint('UTC days with an event of the user.'),
  sessions: bigint('Distinct sessions; events without one count for none.'),
  events: bigint('Events of all types.'),
  purchases: bigint('Purchase events.'),
  revenue: decimal(18, 2, 'Prices of the purchases, in the currency of the shop.'),
  first_seen: timestamp('First event of the month, UTC.'),
  last_seen: timestamp('Last event of the month, UTC.'),
  rank: bigint('Place in the month: most sessions, then most events, then lowest user_id.'),
}

type Visitor = Row<typeof columns>

const seen = '2019-10-01 00:00:00'
const visitor = (row: Partial<Visitor> & Pick<Visitor, 'user_id' | 'rank'>): Visitor => ({
  month: '2019-10',
  active_days: 1n,
  sessions: 1n,
  events: 1n,
  purchases: 0n,
  revenue: '0.00',
  first_seen: seen,
  last_seen: seen,
  ...row,
})

export const frequentVisitors = defineMart({
  name: 'frequent_visitors',
  grain: `One row per month and user, for the ${FREQUENT_VISITORS.toLocaleString('en-US')} users of the month who came most often.`,
  columns,
  reads: [userActivity],
  query: (from, month) =>
    from
      // Sessions first, then users: counting rows is far cheaper than counting millions of distinct texts.
      .with('visit', (db) =>
        db
          .selectFrom('user_activity')
          .where((eb) => inMonth(eb.ref('event_time'), month))
          .select((eb) => [
            'user_id',
            'user_session',
            eb.fn.countAll<bigint>().as('events'),
            eventsOf('purchase').as('purchases'),
            revenue().as('revenue'),
            eb.fn.min<string>('event_time').as('first_seen'),
            eb.fn.max<string>('event_time').as('last_seen'),
          ])
          .groupBy(['user_id', 'user_session']),
      )
      .with('visitor', (db) =>
        db
          .selectFrom('visit')
          .select((eb) => [
            'user_id',
            eb.fn.count<bigint>('user_session').as('sessions'),
            eb.fn.sum<bigint>('events').as('events'),
            eb.fn.sum<bigint>('purchases').as('purchases'),
            money(eb.fn.sum('revenue')).as('revenue'),
            eb.fn.min<string>('first_seen').as('first_seen'),
            eb.fn.max<string>('last_seen').as('last_seen'),
          ])
          .groupBy('user_id'),
      )
      .with('ranked', (db) =>
        db
          .selectFrom('visitor')
          .selectAll()
          .select((eb) =>
            eb.fn
              .agg<bigint>('row_number')
              .over((over) =>
                over.orderBy('sessions', 'desc').orderBy('events', 'desc').orderBy('user_id', 'asc'),
              )
              .as('rank'),
          ),
      )
      .with('frequent', (db) =>
        db.selectFrom('ranked').selectAll().where('rank', '<=', BigInt(FREQUENT_VISITORS)),
      )
      // Days are distinct over sessions, so they are counted from the events again: of the few that are left.
      .selectFrom('frequent')
      .innerJoin('user_activity', 'user_activity.user_id', 'frequent.user_id')
      .where((eb) => inMonth(eb.ref('user_activity.event_time'), month))
      .select((eb) => [
        eb.val(month.month).as('month'),
        'frequent.user_id',
        eb.fn
          .count<bigint>(castTo<string>(eb.ref('user_activity.event_time'), 'date'))
          .distinct()
          .as('active_days'),
        'frequent.sessions',
        'frequent.events',
        'frequent.purchases',
        'frequent.revenue',
        'frequent.first_seen',
        'frequent.last_seen',
        'frequent.rank',
      ])
      .groupBy([
        'frequent.user_id',
        'frequent.sessions',
        'frequent.events',
        'frequent.purchases',
        'frequent.revenue',
        'frequent.first_seen',
        'frequent.last_seen',
        'frequent.rank',
      ]),
  tests: [
    notEmpty(),
    notNull('user_id'),
    unique('month', 'user_id'),
    unique('month', 'rank'),
    between('rank', 1, FREQUENT_VISITORS),
    between('active_days', 1, 31),
    atMost('sessions', 'events'),
    atMost('purchases', 'events'),
    atMost('first_seen', 'last_seen'),
  ],
  cases: [
    {
      name: 'most sessions come first, then most events, then the lowest user_id',
      month: '2019-10',
      given: {
        user_activity: [
          event({ user_id: 9n, user_session: 'a' }),
          event({ user_id: 9n, user_session: 'b' }),
          event({ user_id: 7n, user_session: 'c' }),
          event({ user_id: 7n, user_session: 'c' }),
          event({ user_id: 5n, user_session: 'd' }),
          event({ user_id: 3n, user_session: 'e' }),
        ],
      },
      expect: [
        visitor({ user_id: 9n, sessions: 2n, events: 2n, rank: 1n }),
        visitor({ user_id: 7n, sessions: 1n, events: 2n, rank: 2n }),
        visitor({ user_id: 3n, sessions: 1n, events: 1n, rank: 3n }),
        visitor({ user_id: 5n, sessions: 1n, events: 1n, rank: 4n }),
      ],
    },
    {
      name: 'events without session count as events, days and revenue, but as no session',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-10-01 23:59:59', user_session: null }),
          event({
            event_time: '2019-10-02 00:00:00',
            user_session: null,
            event_type: 'purchase',
            price: '9.99',
          }),
          event({
            event_time: '2019-10-02 10:00:00',
            user_session: null,
            event_type: 'purchase',
            price: null,
          }),
        ],
      },
      expect: [
        visitor({
          user_id: 1n,
          active_days: 2n,
          sessions: 0n,
          events: 3n,
          purchases: 2n,
          revenue: '9.99',
          first_seen: '2019-10-01 23:59:59',
          last_seen: '2019-10-02 10:00:00',
          rank: 1n,
        }),
      ],
    },
    {
      name: 'a session of two users counts for each, and a session on two days once',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-10-05 23:59:59', user_id: 1n, user_session: 'shared' }),
          event({ event_time: '2019-10-06 00:00:00', user_id: 1n, user_session: 'shared' }),
          event({ event_time: '2019-10-06 00:00:00', user_id: 2n, user_session: 'shared' }),
        ],
      },
      expect: [
        visitor({
          user_id: 1n,
          active_days: 2n,
          events: 2n,
          first_seen: '2019-10-05 23:59:59',
          last_seen: '2019-10-06 00:00:00',
          rank: 1n,
        }),
        visitor({
          user_id: 2n,
          first_seen: '2019-10-06 00:00:00',
          last_seen: '2019-10-06 00:00:00',
          rank: 2n,
        }),
      ],
    },
    {
      name: 'a user who is seen in the months around has only this month’s events',
      month: '2019-10',
      given: {
        user_activity: [
          event({ event_time: '2019-09-30 23:59:59', user_session: 'a' }),
          event({ event_time: '2019-10-31 23:59:59.999', user_session: 'b' }),
          event({ event_time: '2019-11-01 00:00:00', user_session: 'c' }),
        ],
      },
      expect: [
        visitor({
          user_id: 1n,
          first_seen: '2019-10-31 23:59:59.999',
          last_seen: '2019-10-31 23:59:59.999',
          rank: 1n,
        }),
      ],
    },
    {
      name: 'a month has the first thousand',
      month: '2019-10',
      given: {
        user_activity: Array.from({ length: FREQUENT_VISITORS + 1 }, (_, i) => event({ user_id: BigInt(i) })),
      },
      expect: Array.from({ length: FREQUENT_VISITORS }, (_, i) =>
        visitor({ user_id: BigInt(i), rank: BigInt(i + 1) }),
      ),
    },
  ],
})
