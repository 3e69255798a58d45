import { HOUR, MINUTE, SECOND } from '../../../stream/rules/window.ts'
import { sessionId, simulated } from '../../../stream/simulator/simulated.ts'
import type { SimulatedEvent } from '../../../stream/simulator/simulated-event.ts'
import { BUYING_BY_HOUR, HOURS, MEAN_EVENTS_PER_SESSION, WEEKDAYS } from '../../generate/calibration.ts'
import { Draws } from '../../generate/random.ts'
import { type Promoted, Sessions } from './sessions.ts'
import type { Shop } from './shop.ts'
import { Upcoming } from './upcoming.ts'

export interface TrafficOptions {
  readonly shop: Shop
  readonly seed: number
  /** First instant, in milliseconds since 1970. */
  readonly from: number
  /** At the first instant; the hours of the day and the weekdays make it more or less from there, as in the data set. */
  readonly eventsPerSecond: number
  readonly promoted?: Promoted
}

const TYPES = ['view', 'cart', 'purchase'] as const
const DAY = 24 * HOUR
/**
 * Sessions that began before the first instant, so that it finds traffic as it is at any time. They cost as much as what comes
 * later: a busy shop gets the last minutes only.
 */
const WARM_UP_EVENTS = 500_000
const warmUp = (eventsPerSecond: number): number =>
  Math.min(HOUR / 2, Math.max(2 * MINUTE, (WARM_UP_EVENTS * SECOND) / eventsPerSecond))
const SECONDS_OF_MONTH = 30 * 24 * 3600
const MEAN_BUYING =
  HOURS.reduce((sum, share, hour) => sum + share * (BUYING_BY_HOUR[hour] as number), 0) / 100

const hourOf = (time: number): number => Math.floor((time % DAY) / HOUR)
/** 1970-01-01 was a Thursday; Monday is 0. */
const weekdayOf = (time: number): number => (Math.floor(time / DAY) + 3) % 7

/** How busy the shop is at a time, against others. */
const curveAt = (time: number): number =>
  (HOURS[hourOf(time)] as number) * (WEEKDAYS[weekdayOf(time)] as number)

/** Events of honest visitors, in the order of their time, without end; the same for the same shop, seed, rate and beginning. */
export function* traffic({
  shop,
  seed,
  from,
  eventsPerSecond,
  promoted,
}: TrafficOptions): Generator<SimulatedEvent> {
  const month = new Date(from).toISOString().slice(0, 7)
  const sessions = new Sessions({ seed, month, eventsOfMonth: eventsPerSecond * SECONDS_OF_MONTH, shop })
  const upcoming = new Upcoming()
  const random = new Draws()
  let due = 0
  let begun = 0
  for (let at = Math.floor((from - warmUp(eventsPerSecond)) / SECOND) * SECOND; ; at += SECOND) {
    const readiness = (BUYING_BY_HOUR[hourOf(at)] as number) / MEAN_BUYING
    const rate = (eventsPerSecond * curveAt(at)) / curveAt(from)
    for (due += rate / MEAN_EVENTS_PER_SESSION; begun < due; begun++) {
      const { user, key, steps } = sessions.make(begun, readiness, promoted)
      const seen = steps.filter(({ after }) => at + (after + 1) * SECOND > from)
      if (seen.length === 0) continue
      random.reset(key)
      const session = sessionId(random)
      for (const { after, type, product } of seen)
        upcoming.add(at / SECOND + after, { type, product, user, session })
    }
    const now = upcoming.take(at / SECOND)
    if (at + SECOND <= from) continue
    for (const [i, { type, product, user, session }] of now.entries()) {
      const time = at + Math.floor((i * SECOND) / now.length)
      if (time < from) continue
      const what = TYPES[type] as (typeof TYPES)[number]
      yield simulated({ time, type: what, product: shop.product(product), user: BigInt(user), session })
    }
  }
}
