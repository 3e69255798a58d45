import { TIMESTAMP_PATTERN } from '../catalog/timestamp-pattern.ts'

/** A point in time as the stream's rows carry it. */
export interface Timestamp {
  /** `YYYY-MM-DD HH:MM:SS[.ffffff]`, UTC, without trailing zeros: as `catalog/column.ts` has it. */
  readonly text: string
  /** Milliseconds since 1970; what is finer is cut off, as Flink's TIMESTAMP(3) does. */
  readonly ms: number
}

const TIMESTAMP = new RegExp(TIMESTAMP_PATTERN)

const DAY_MS = 86_400_000

/** The time of a text, or undefined where it is none, also where that day does not exist. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const found = TIMESTAMP.exec(text)
  if (!found) return undefined
  const [, day = '', , dayOfMonth, clock = '', , fraction = ''] = found
  const midnight = midnightOf(day)
  if (new Date(midnight).getUTCDate() !== Number(dayOfMonth)) return undefined
  const digits = fraction.slice(0, 7).replace(/\.?0*$/, '')
  return { text: `${day} ${clock}${digits}`, ms: midnight + msOfDay(clock) + msOf(fraction) }
}

/** Naive ISO 8601 with milliseconds where there are some: `2019-10-01T00:00:10`, as Flink's JSON format writes a TIMESTAMP(3). */
export const isoText = (ms: number): string => new Date(ms).toISOString().slice(0, ms % 1000 === 0 ? 19 : 23)

/** The time as rows carry it: `2019-10-01 00:00:10[.fff]`. */
export const timestampText = (ms: number): string =>
  isoText(ms)
    .replace('T', ' ')
    .replace(/(\.\d*?)0+$/, '$1')

/** Events come one after the other, so their days are mostly the same. */
let lastDay = ''
let lastMidnight = 0

function midnightOf(day: string): number {
  if (day !== lastDay) {
    lastDay = day
    lastMidnight =
      Math.floor(Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8)) / DAY_MS) * DAY_MS
  }
  return lastMidnight
}

const msOfDay = (clock: string): number =>
  (+clock.slice(0, 2) * 3600 + +clock.slice(3, 5) * 60 + +clock.slice(6)) * 1000

const msOf = (fraction: string): number => (fraction === '' ? 0 : +fraction.slice(1, 4).padEnd(3, '0'))
