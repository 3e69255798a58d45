import { monthRange } from '../../catalog/month.ts'
import {
  BUYING_BY_HOUR,
  DAY_NOISE,
  DAYS_WITHOUT_PURCHASES,
  HOURS,
  PROMOTION,
  WEEKDAYS,
} from './calibration.ts'
import { keyOf } from './random.ts'

/** When the sessions of a month begin, and how ready to buy they are then. */
export interface Calendar {
  readonly days: readonly string[]
  /** The month's first second, counted from 1970. */
  readonly from: number
  readonly seconds: number
  /** Per hour of the month: the share of sessions that begin before its end. */
  readonly begun: Float64Array
  /** Per hour of the month: how much likelier than on average a session buys; 1 on average over sessions. */
  readonly buying: Float64Array
}

const epochSeconds = (timestamp: string): number => Date.parse(`${timestamp.replace(' ', 'T')}Z`) / 1000

export const calendarOf = (month: string): Calendar => {
  const { from, to } = monthRange(month)
  const first = epochSeconds(from)
  const seconds = epochSeconds(to) - first
  const days = Array.from({ length: seconds / 86_400 }, (_, day) =>
    new Date((first + day * 86_400) * 1000).toISOString().slice(0, 10),
  )
  const weights = days.flatMap((day) => {
    const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
    const noise = 1 + DAY_NOISE * (keyOf('day', day) / 2 ** 31 - 1)
    const ofDay = (WEEKDAYS[weekday] ?? 1) * noise * (PROMOTION[day] ?? 1)
    return HOURS.map((hour) => hour * ofDay)
  })
  const wishes = days.flatMap((day) =>
    BUYING_BY_HOUR.map((wish) => (DAYS_WITHOUT_PURCHASES.includes(day) ? 0 : wish)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const average = weights.reduce((sum, weight, hour) => sum + weight * (wishes[hour] ?? 0), 0) / total
  let sum = 0
  return {
    days,
    from: first,
    seconds,
    begun: Float64Array.from(weights, (weight) => {
      sum += weight
      return sum / total
    }),
    buying: Float64Array.from(wishes, (wish) => wish / average),
  }
}
