import { event } from './event-case.ts'

interface Shown {
  readonly brand: string
  readonly views: number
  /** How many sessions share the views. */
  readonly sessions: number
  /** How many of the sessions buy, one piece each. */
  readonly orders: number
  readonly price?: string
  readonly category?: string
}

export const brandsNeedingMarketingCases = [
  {
    name: 'the example of docs/brands-needing-marketing.md',
    month: '2019-10',
    given: {
      user_activity: [
        ...shown({ brand: 'loud', views: 80, sessions: 40, orders: 2, price: '50.00' }),
        ...shown({ brand: 'known', views: 60, sessions: 30, orders: 3, price: '50.00' }),
        ...shown({ brand: 'quiet', views: 30, sessions: 15, orders: 3, price: '80.00' }),
      ],
    },
    expect: [
      {
        month: '2019-10',
        brand: 'quiet',
        views: 30n,
        carts: 0n,
        purchases: 3n,
        revenue: '240.00',
        view_share: 30 / 170,
        purchase_share: 3 / 8,
        conversion_rate: 0.2,
        reach_index: 0.5,
        opportunity_revenue: '240.00',
        rank: 1n,
      },
    ],
  },
  {
    name: 'of four peers the median is the mean of the middle two; half a cent rounds up and a tie goes by name',
    month: '2019-10',
    given: {
      user_activity: [
        ...shown({ brand: 'd', views: 61, sessions: 10, orders: 0 }),
        ...shown({ brand: 'c', views: 50, sessions: 10, orders: 1 }),
        ...shown({ brand: 'b', views: 40, sessions: 5, orders: 1, price: '40.08' }),
        ...shown({ brand: 'a', views: 30, sessions: 5, orders: 1, price: '10.01' }),
      ],
    },
    expect: [
      {
        month: '2019-10',
        brand: 'a',
        views: 30n,
        carts: 0n,
        purchases: 1n,
        revenue: '10.01',
        view_share: 30 / 181,
        purchase_share: 1 / 3,
        conversion_rate: 0.2,
        reach_index: 30 / 45,
        opportunity_revenue: '5.01',
        rank: 1n,
      },
      {
        month: '2019-10',
        brand: 'b',
        views: 40n,
        carts: 0n,
        purchases: 1n,
        revenue: '40.08',
        view_share: 40 / 181,
        purchase_share: 1 / 3,
        conversion_rate: 0.2,
        reach_index: 40 / 45,
        opportunity_revenue: '5.01',
        rank: 2n,
      },
    ],
  },
  {
    name: 'a brand with 29 views is neither listed nor compared with, one with 30 is',
    month: '2019-10',
    given: {
      user_activity: [
        ...shown({ brand: 'rare', views: 29, sessions: 1, orders: 1 }),
        ...shown({ brand: 'low', views: 30, sessions: 10, orders: 1, price: '3.00' }),
        ...shown({ brand: 'high', views: 50, sessions: 10, orders: 0 }),
      ],
    },
    expect: [
      {
        month: '2019-10',
        brand: 'low',
        views: 30n,
        carts: 0n,
        purchases: 1n,
        revenue: '3.00',
        view_share: 30 / 80,
        purchase_share: 1,
        conversion_rate: 0.1,
        reach_index: 0.75,
        opportunity_revenue: '1.00',
        rank: 1n,
      },
    ],
  },
  {
    name: 'a brand competes in the category of most of its views, the first by name at a tie, with all its sales',
    month: '2019-10',
    given: {
      user_activity: [
        ...shown({ brand: 'both', category: 'b', views: 20, sessions: 10, orders: 1, price: '8.00' }),
        ...shown({ brand: 'both', category: 'a', views: 20, sessions: 10, orders: 0 }),
        ...shown({ brand: 'in a', category: 'a', views: 60, sessions: 10, orders: 0 }),
        ...shown({ brand: 'in b', category: 'b', views: 40, sessions: 10, orders: 0 }),
      ],
    },
    expect: [
      {
        month: '2019-10',
        brand: 'both',
        views: 40n,
        carts: 0n,
        purchases: 1n,
        revenue: '8.00',
        view_share: 0.4,
        purchase_share: 1,
        conversion_rate: 0.1,
        reach_index: 0.8,
        opportunity_revenue: '2.00',
        rank: 1n,
      },
    ],
  },
  {
    name: 'events without session count in views and revenue, but say nothing of conversion',
    month: '2019-10',
    given: {
      user_activity: [
        ...shown({ brand: 'unknown', views: 60, sessions: 1, orders: 1 }).map(withoutSession),
        ...shown({ brand: 'q', views: 50, sessions: 10, orders: 1 }),
        ...shown({ brand: 'p', views: 35, sessions: 10, orders: 2, price: '3.50' }),
        event({
          brand: 'p',
          event_type: 'purchase',
          price: '7.00',
          category_code: 'audio',
          user_session: null,
        }),
        event({ brand: 'p', event_type: 'cart', category_code: 'audio', user_session: 'p 0' }),
      ],
    },
    expect: [
      {
        month: '2019-10',
        brand: 'p',
        views: 35n,
        carts: 1n,
        purchases: 3n,
        revenue: '14.00',
        view_share: 35 / 145,
        purchase_share: 3 / 5,
        conversion_rate: 0.2,
        reach_index: 0.7,
        opportunity_revenue: '6.00',
        rank: 1n,
      },
    ],
  },
  {
    name: 'a brand that is alone, or no better or no less seen than the median, is not listed; nor are events without brand',
    month: '2019-10',
    given: {
      user_activity: [
        ...shown({ brand: 'alone', category: 'alone', views: 30, sessions: 10, orders: 9 }),
        ...shown({ brand: 'as seen', category: 'seen', views: 40, sessions: 10, orders: 5 }),
        ...shown({ brand: 'as seen too', category: 'seen', views: 40, sessions: 10, orders: 1 }),
        ...shown({ brand: 'as good', category: 'good', views: 30, sessions: 10, orders: 1 }),
        ...shown({ brand: 'as good too', category: 'good', views: 60, sessions: 10, orders: 1 }),
        ...shown({ brand: 'x', category: 'good', views: 30, sessions: 10, orders: 9 }).map((e) => ({
          ...e,
          brand: null,
        })),
      ],
    },
    expect: [],
  },
]

/** A brand's month in a line: its views spread over its sessions, and one purchase in each of the first sessions. */
function shown({ brand, views, sessions, orders, price = '10.00', category = 'audio' }: Shown) {
  const common = { brand, category_code: category, price }
  const session = (i: number) => ({ user_session: `${brand} ${i % sessions}` })
  return [
    ...Array.from({ length: views }, (_, i) => event({ ...common, ...session(i) })),
    ...Array.from({ length: orders }, (_, i) => event({ ...common, ...session(i), event_type: 'purchase' })),
  ]
}

function withoutSession<E>(e: E): E & { user_session: null } {
  return { ...e, user_session: null }
}
