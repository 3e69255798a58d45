import type { Calendar } from './calendar.ts'
import {
  CRAWLER_SESSIONS,
  DAYS_WITHOUT_PURCHASES,
  type Funnel,
  GAP_SECONDS,
  LONGEST_PAUSE_SECONDS,
  type MonthFigures,
  RESUMED_SESSIONS,
  TWO_USER_SESSIONS,
} from './calibration.ts'
import type { Catalogue } from './catalogue.ts'
import { Quantiles } from './quantiles.ts'
import { Draws, keyOf, mix, threshold } from './random.ts'
import { SessionLengths } from './session-lengths.ts'
import { PURCHASE, SessionScript, VIEW } from './session-script.ts'
import type { Timeline } from './timeline.ts'
import { Visitors } from './visitors.ts'

const HOUR = 3600
const DAY = 86_400
/** A month of at least this many events has a crawler. */
const ROWS_WITH_CRAWLER = 50_000
const QUICK_FROM = 9
const SHORTEST_CRAWL = 120
const CRAWL_SPREAD = 180

/** Makes the sessions of a month, hour by hour, and puts their events into the timeline. */
export class SessionPlan {
  readonly #draws = new Draws()
  readonly #gaps = new Quantiles(GAP_SECONDS)
  readonly #calendar: Calendar
  readonly #timeline: Timeline
  readonly #key: number
  readonly #lengths: SessionLengths
  readonly #sessions: number
  readonly #surplus: number
  readonly #script: SessionScript
  readonly #visitors: Visitors
  readonly #crawlers: number
  readonly #twoUsersEvery: number
  readonly #resumed = threshold(RESUMED_SESSIONS)
  #begun = 0
  #browsing = 0
  #buying = 0
  #crawled = 0
  #sharedSessions = 0

  constructor(a: {
    readonly key: number
    readonly month: string
    readonly rows: number
    /** What all sessions of the month have to give, exactly. */
    readonly events: number
    readonly calendar: Calendar
    readonly catalogue: Catalogue
    readonly figures: MonthFigures
    readonly funnel: Funnel
    readonly timeline: Timeline
  }) {
    this.#calendar = a.calendar
    this.#timeline = a.timeline
    this.#key = a.key
    this.#crawlers = a.rows < ROWS_WITH_CRAWLER ? 0 : Math.max(1, Math.round(a.rows * CRAWLER_SESSIONS))
    let crawled = 0
    for (let n = 0; n < this.#crawlers; n++) crawled += this.#crawlLength(n)
    this.#lengths = new SessionLengths(keyOf(a.key, 'lengths'))
    const { sessions, surplus } = this.#lengths.filling(Math.max(0, a.events - crawled))
    this.#sessions = sessions
    this.#surplus = surplus
    this.#twoUsersEvery = Math.min(Math.floor(1 / TWO_USER_SESSIONS), Math.max(2, sessions >> 1))
    this.#script = new SessionScript(a.catalogue, this.#draws, a.figures, a.funnel)
    this.#visitors = new Visitors(keyOf(a.key, 'visitors'), a.month, sessions)
  }

  /** Makes the sessions that begin in the month's n-th hour. */
  begin(hour: number): void {
    const share = this.#calendar.begun[hour] as number
    const last = hour === this.#calendar.begun.length - 1
    const until = last ? this.#sessions : Math.round(share * this.#sessions)
    for (; this.#begun < until; this.#begun++) this.#make(this.#begun, hour)
    const crawlersUntil = last ? this.#crawlers : Math.round(share * this.#crawlers)
    for (; this.#crawled < crawlersUntil; this.#crawled++) this.#crawl(this.#crawled, hour)
  }

  #make(session: number, hour: number): void {
    const draws = this.#draws
    draws.reset(mix(session ^ this.#key) ^ Math.imul(session, 0x85ebca6b))
    const length = this.#lengths.at(session) - (session === this.#sessions - 1 ? this.#surplus : 0)
    const intent = this.#script.intentOf(length, this.#calendar.buying[hour] as number)
    this.#script.write(length, intent)
    const user =
      intent === 'buy' ? this.#visitors.buying(this.#buying++) : this.#visitors.browsing(this.#browsing++)
    const shared = length > 1 && session >= (this.#sharedSessions + 0.5) * this.#twoUsersEvery
    if (shared) this.#sharedSessions++
    this.#schedule(
      hour * HOUR + draws.below(HOUR),
      user,
      shared ? this.#visitors.id(session) : user,
      session,
      true,
    )
  }

  #crawl(number: number, hour: number): void {
    const session = this.#sessions + number
    this.#draws.reset(keyOf(this.#key, 'crawler', number))
    this.#script.crawl(this.#crawlLength(number))
    const user = this.#visitors.id(2 ** 26 - 1 - number)
    this.#schedule(hour * HOUR + this.#draws.below(HOUR), user, user, session, false)
  }

  #crawlLength(number: number): number {
    return SHORTEST_CRAWL + (mix(keyOf(this.#key, 'crawl', number)) % CRAWL_SPREAD)
  }

  /** The script's events, one after the other from `start` on; the later half by `second` user. */
  #schedule(start: number, first: number, second: number, session: number, human: boolean): void {
    const draws = this.#draws
    const { types, products, length } = this.#script
    const end = this.#calendar.seconds
    const pauseBefore = human && length > 1 && draws.next() < this.#resumed ? draws.below(length - 1) + 1 : 0
    // Long sessions are quick ones: p90 of the events is 14, p90 of the minutes only 18.7.
    const pace = length > QUICK_FROM ? QUICK_FROM / length : 1
    let at = start
    for (let i = 0; i < length; i++) {
      if (i > 0) {
        const gap = human ? Math.floor(this.#gaps.at(draws.next() / 2 ** 32) * pace) + 1 : 1 + draws.below(5)
        at += i === pauseBefore ? draws.below(LONGEST_PAUSE_SECONDS) : gap
      }
      // What would lie beyond the month's end comes in its last seconds, still one after the other.
      const latest = end - (length - i)
      if (at > latest) at = Math.max(start, latest)
      let type = types[i] as number
      if (type === PURCHASE && this.#noSale(at)) type = VIEW
      this.#timeline.add(at, type, products[i] as number, i * 2 < length ? first : second, session)
    }
  }

  #noSale(second: number): boolean {
    return DAYS_WITHOUT_PURCHASES.includes(this.#calendar.days[Math.floor(second / DAY)] as string)
  }
}
