import { TIME } from '../../stream/time-settings.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** `2026-11-01T10`, UTC. */
export const hourAt = (ms: number): string => new Date(ms).toISOString().slice(0, 13)

/** When an hour begins, in milliseconds since 1970. */
export const startOfHour = (hour: string): number => Date.parse(`${hour}:00:00Z`)

/** From its first instant to the first one behind it, in milliseconds since 1970. */
interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Firehose names an object after the hour in which its first event arrived, so it may hold some of the next one; and what was
 * sent just before an hour's end may arrive after it. So an hour more is looked into at either end of a range.
 */
export function hoursAround({ from, to }: Range): { readonly first: string; readonly last: string } {
  return { first: hourAt(from - HOUR_MS), last: hourAt(to - 1 + HOUR_MS) }
}

/**
 * Whether a time is so far ahead of when it arrived that the rules refused the event as one of the future. What is known of its
 * arrival is the hour, and that it was before its object was written. Sent now, it would pass, and close everybody's windows.
 */
export const isAhead = (
  { hour, writtenAt }: { readonly hour: number; readonly writtenAt: number },
  time: number | undefined,
): boolean => time !== undefined && (time > writtenAt + TIME.maxAhead || time >= hour + 2 * HOUR_MS)

/**
 * Whether what arrived in an hour is of a replay's range. Its `txn_timestamp`, when the shop sent it, tells the time of its
 * arrival where it is near that hour, which it always is in live traffic. Where it is far off (a file was replayed with its
 * own times, a device was offline, the line has none) only the hour itself is known, and counts as a whole.
 *
 * @param hour Its beginning.
 * @param time `txn_timestamp` in milliseconds since 1970, undefined where there is none.
 */
export function isInRange({ from, to }: Range, hour: number, time: number | undefined): boolean {
  const isNear = time !== undefined && time >= hour - HOUR_MS && time < hour + 2 * HOUR_MS
  return isNear ? time >= from && time < to : hour + HOUR_MS > from && hour < to
}
