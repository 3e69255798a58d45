import type { Knots } from './quantiles.ts'

/**
 * What a generated month looks like, in figures. Source: the published full scans of the REES46 data set (October and
 * November 2019, 110M events) and its first 1,000 rows; "found" marks values that were set so that the measured month
 * has the published figure (`test/unit/local/generate` measures it).
 */

/** The figures of one month that are published as counts. */
export interface MonthFigures {
  readonly rows: number
  readonly carts: number
  readonly purchases: number
  readonly zeroPrices: number
  readonly surplusDuplicates: number
  readonly sessionsWithoutId: number
  readonly products: number
}

export const OCTOBER: MonthFigures = {
  rows: 42_448_764,
  carts: 926_516,
  purchases: 742_849,
  zeroPrices: 68_673,
  surplusDuplicates: 30_219,
  sessionsWithoutId: 2,
  products: 166_794,
}

export const NOVEMBER: MonthFigures = {
  rows: 67_501_979,
  carts: 3_028_930,
  purchases: 916_939,
  zeroPrices: 188_088,
  surplusDuplicates: 100_515,
  sessionsWithoutId: 10,
  products: 190_662,
}

/**
 * How often a session puts things into the cart and buys. The funnel is published for both months together (39.3 % of
 * carted pairs are bought in their session, 33.8 % of purchases have no cart event there); October's counts alone
 * can't have both (its carts are too few), so each month has its own shares and both together the published ones.
 */
export interface Funnel {
  /** Purchases in their session without a cart event. */
  readonly withoutCart: number
  /** Carted pairs of session and product that the session does not buy, per event of the month. */
  readonly abandonedPairs: number
  /** Cart events per carted pair. */
  readonly cartsPerPair: number
}

const bought = (month: MonthFigures, withoutCart: number): number => month.purchases * (1 - withoutCart)
const funnel = (month: MonthFigures, withoutCart: number, cartedPairs: number): Funnel => ({
  withoutCart,
  abandonedPairs: (cartedPairs - bought(month, withoutCart)) / month.rows,
  cartsPerPair: (month.carts - 0.95 * month.surplusDuplicates) / cartedPairs,
})

/** 0.662 x 1,659,788 carted purchases / 0.393 = 2,796,000 carted pairs: 860,000 and 1,936,000. */
export const OCTOBER_FUNNEL = funnel(OCTOBER, 0.45, 860_000)
export const NOVEMBER_FUNNEL = funnel(NOVEMBER, 0.2473, 1_936_000)

export const EVENTS_PER_SESSION: Knots = [
  [0, 1],
  [0.27, 2],
  [0.44, 3],
  [0.56, 4],
  [0.645, 5],
  [0.706, 6],
  [0.754, 7],
  [0.79, 8],
  [0.818, 9],
  [0.84, 10],
  [0.858, 11],
  [0.872, 12],
  [0.884, 13],
  [0.894, 14],
  [0.904, 15],
  [0.968, 23],
  [0.996, 46],
  [0.9996, 115],
  [0.99997, 400],
  [0.999999, 1500],
  [1, 4128],
]
export const MEAN_EVENTS_PER_SESSION = 5.85

/** Seconds from one event of a session to the next; found: minutes per session have median 1.73 and p90 18.7. */
export const GAP_SECONDS: Knots = [
  [0, 2],
  [0.1, 8],
  [0.25, 15],
  [0.5, 31],
  [0.75, 75],
  [0.9, 220],
  [0.97, 670],
  [0.995, 1750],
  [1, 1800],
]
/** A session that is taken up again after hours: of sessions, and how long the pause is at most. */
export const RESUMED_SESSIONS = 0.004
export const LONGEST_PAUSE_SECONDS = 20 * 3600

export const BUYING_SESSIONS = 0.069
/** A view repeats a product that the session saw before; found: 3.73 % of viewed pairs are carted. */
export const REPEATED_VIEWS = 0.385
/** Carted or bought without a view in the session. */
export const UNSEEN = 0.07
export const TWO_USER_SESSIONS = 300 / 23_016_650

export const SESSIONS_PER_USER = 9_244_422 / 3_022_290
/** 46 % of October's users come again in November: a month's users start this part of their number behind the last's. */
export const NEW_USERS = 0.34
export const BUYERS = 0.131
/** Groups of users: how many sessions without a purchase each has, and the group's share; found for the mean. */
export const BROWSING_SESSIONS: readonly (readonly [sessions: number, share: number])[] = [
  [1, 0.52],
  [2, 0.195],
  [3, 0.095],
  [4, 0.055],
  [5, 0.035],
  [7, 0.04],
  [10, 0.033],
  [15, 0.016],
  [25, 0.0075],
  [50, 0.0027],
  [120, 0.0008],
]
/** Groups of buyers by their orders: 66.6 % place one. */
export const ORDERS: readonly (readonly [sessions: number, share: number])[] = [
  [1, 0.666],
  [2, 0.208],
  [3, 0.07],
  [4, 0.028],
  [5, 0.013],
  [8, 0.011],
  [13, 0.003],
  [30, 0.001],
]

/** Percent of events per hour of the day, UTC. */
export const HOURS = [
  0.8, 1.5, 2.5, 3.6, 4.5, 5.0, 5.3, 5.3, 5.4, 5.5, 5.2, 5.1, 5.2, 5.6, 6.5, 7.1, 7.2, 6.7, 4.9, 3.2, 1.8,
  1.0, 0.6, 0.5,
] as const
/** How much likelier than on average a session of that hour buys: orders peak at 9 h though events do at 16 h. */
export const BUYING_BY_HOUR = [
  0.6, 0.7, 0.9, 1.05, 1.15, 1.2, 1.22, 1.28, 1.38, 1.6, 1.42, 1.3, 1.2, 1.05, 0.9, 0.78, 0.7, 0.62, 0.55,
  0.5, 0.45, 0.4, 0.4, 0.45,
] as const
/** Monday first. */
export const WEEKDAYS = [1.02, 1.01, 1.0, 1.0, 0.98, 0.97, 1.02] as const
/** A day's own deviation, up or down. */
export const DAY_NOISE = 0.05

/** The promotion of November 2019: million events of its days, against 1.79 on the month's other days. */
export const PROMOTION: Readonly<Record<string, number>> = {
  '2019-11-14': 2.0 / 1.79,
  '2019-11-15': 6.2 / 1.79,
  '2019-11-16': 6.5 / 1.79,
  '2019-11-17': 6.3 / 1.79,
}
/** A day without a single purchase in the real data: whoever tests for purchases on every day has to bear it. */
export const DAYS_WITHOUT_PURCHASES: readonly string[] = ['2019-11-15']

export const CRAWLER_SESSIONS = 47 / 109_950_743
/** One cart line of the real data stands there 78 times in one second. */
export const LONGEST_RUN_OF_COPIES = 78
export const CARTS_AMONG_DUPLICATES = 0.95

export const CATEGORIES = 691
export const CATEGORIES_OF_OCTOBER = 624
export const CATEGORIES_OF_NOVEMBER = 684
export const CATEGORIES_WITHOUT_CODE = 409
export const CODES_ONLY_SINCE_NOVEMBER = 3
export const WITHOUT_CODE = 0.3184
export const WITHOUT_BRAND = 0.144
export const ALL_PRODUCTS = 206_876

/** Share of October's 42.4M events. */
/**
 * What is carted and bought is viewed too and has more smartphones in it than mere views have; found: views have to be
 * drawn with shares so much lower (brands) or higher (no code, no brand, price 0) for all events to have the published.
 */
export const DRAWN_FOR_BRAND = 0.96
export const DRAWN_FOR_NOTHING = 1.035

export const BRAND_SHARES = { samsung: 0.1244, apple: 0.0971, xiaomi: 0.0726, huawei: 0.0261 } as const
export const SMARTPHONES_OF_REVENUE = 0.683
export const MAX_PRICE_CENTS = 257_407
/** Price quantiles over events: together mean 290, median 166, p90 757, p99 1,661 (found). */
export const SMARTPHONE_PRICES: Knots = [
  [0, 60],
  [0.1, 130],
  [0.25, 195],
  [0.5, 320],
  [0.75, 605],
  [0.9, 930],
  [0.97, 1350],
  [1, 2000],
]
export const OTHER_PRICES: Knots = [
  [0, 0.8],
  [0.05, 11],
  [0.15, 26],
  [0.3, 55],
  [0.45, 98],
  [0.617, 166],
  [0.75, 255],
  [0.85, 400],
  [0.937, 757],
  [0.975, 1150],
  [0.992, 1661],
  [1, 2574],
]
