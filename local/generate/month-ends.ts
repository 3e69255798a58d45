import { shiftMonth } from '../../catalog/month.ts'
import type { Calendar } from './calendar.ts'
import type { Catalogue } from './catalogue.ts'
import { keyOf, mix } from './random.ts'
import { CART, PURCHASE, VIEW } from './session-script.ts'
import type { WaitingEvent } from './timeline.ts'

const MOST = 64
const ROWS_FOR_ONE = 4000
/** From here on a session's number is that of a month's end: the month's own sessions are fewer. */
export const FIRST_END_SESSION = 2 ** 30
const FIRST_USER = 2 ** 26
const LAST_MINUTES = 900

/**
 * What sessions over the month's ends do within the month: a cart in the last quarter of an hour of one month, and in
 * two of five the purchase in the first of the next. Both months' files agree on session, user and product, since everything
 * follows from the seed and the end's own month, not from the size of the file.
 */
export const monthEnds = (a: {
  readonly seed: number
  readonly month: string
  readonly rows: number
  readonly calendar: Calendar
  readonly catalogue: Catalogue
}): (WaitingEvent & { second: number })[] => {
  const count = Math.min(MOST, Math.floor(a.rows / ROWS_FOR_ONE))
  const numbers = Array.from({ length: count }, (_, n) => n)
  const sessionOf = (endingMonth: string, n: number) => {
    const key = keyOf(a.seed, 'month end', endingMonth, n)
    return {
      key,
      user: 474_000_000 + FIRST_USER + (key % FIRST_USER),
      product: a.catalogue.evergreen[mix(key) % a.catalogue.evergreen.length] as number,
      session: FIRST_END_SESSION + Number(endingMonth.replace('-', '')) * MOST + n,
    }
  }
  const begun = numbers.flatMap((n) => {
    const { key, ...event } = sessionOf(a.month, n)
    const second = a.calendar.seconds - 20 - (mix(key + 1) % LAST_MINUTES)
    return [
      { ...event, type: VIEW, second },
      { ...event, type: CART, second: second + 15 },
    ]
  })
  const ended = numbers.map((n) => {
    const { key, ...event } = sessionOf(shiftMonth(a.month, -1), n)
    return { ...event, type: n % 5 < 2 ? PURCHASE : VIEW, second: mix(key + 2) % LAST_MINUTES }
  })
  return [...begun, ...ended]
}
