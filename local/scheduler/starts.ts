import { Cron } from 'croner'
import type { Schedule } from '../../workflows/schedules.ts'

/** Where EventBridge and croner spell the same thing differently; both count weekdays from 1, which is Sunday. */
const fields = (cron: string): string[] => {
  const found = /^cron\(([^()]+)\)$/.exec(cron.trim())?.[1]?.trim().split(/\s+/) ?? []
  if (found.length !== 6)
    throw new Error(`${cron} is no schedule: it is cron(minute hour day month weekday year)`)
  return found
}

/** `5L` is the last Thursday, `L` alone the last day of the week. */
const weekday = (field: string): string =>
  field === 'L' ? '7' : field.replaceAll(/\b([1-7]|[A-Z]{3})L\b/gi, '$1#L')

/** The cron job of a schedule of EventBridge Scheduler, without anything to run. */
const jobOf = ({ cron, timeZone }: Schedule): Cron => {
  const [minute, hour, day, month, days = '', year] = fields(cron)
  const pattern = ['0', minute, hour, day, month, weekday(days), year].join(' ')
  return new Cron(pattern, {
    timezone: timeZone,
    mode: '7-part',
    alternativeWeekdays: true,
    // Takes 0/15, too.
    sloppyRanges: true,
    paused: true,
  })
}

const wallClock = (time: Date, { timeZone }: Schedule): string =>
  time.toLocaleString('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' })

/** By how much clocks are set back in autumn. */
const STEPS_MS = [30, 60].map((minutes) => minutes * 60_000)

/** Whether the clock showed the same a while ago, because it was set back since. */
const isRepeated = (time: Date, schedule: Schedule): boolean =>
  STEPS_MS.some((step) => wallClock(new Date(time.getTime() - step), schedule) === wallClock(time, schedule))

/**
 * The first start after a time, undefined where there is none any more. As with EventBridge Scheduler, a time that the
 * clocks leave out in spring is skipped, and one that they repeat in autumn counts once.
 */
export const nextStart = (schedule: Schedule, after: Date): Date | undefined => {
  const job = jobOf(schedule)
  for (let next = job.nextRun(after); next; next = job.nextRun(next))
    if (job.match(next) && !isRepeated(next, schedule)) return next
  return undefined
}

/** All starts after one time, up to and with another one. */
export const startsBetween = (schedule: Schedule, after: Date, until: Date): Date[] => {
  const starts: Date[] = []
  for (let next = nextStart(schedule, after); next && next <= until; next = nextStart(schedule, next))
    starts.push(next)
  return starts
}
