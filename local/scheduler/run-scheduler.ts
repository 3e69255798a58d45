import { z } from 'zod'
import { type Schedule, START_WITHIN_HOURS } from '../../workflows/schedules.ts'
import { readDocument, writeDocument } from '../files.ts'
import { type Clock, systemClock } from './clock.ts'
import { nextStart, startsBetween } from './starts.ts'

/** As often as it is written down that the scheduler still looks, and a clock that was changed is noticed. */
const TICK_MS = 60_000
const WITHIN_MS = START_WITHIN_HOURS * 60 * 60 * 1000

export interface Job {
  readonly machine: string
  readonly schedule: Schedule
}

export interface SchedulerOptions {
  readonly jobs: readonly Job[]
  /** Starts an execution; called once for each time of a schedule, as far as this process knows. */
  readonly start: (job: Job, at: Date) => Promise<void>
  /** Told of starts that nobody made. */
  readonly missed: (job: Job, starts: readonly Date[]) => void
  /** Told that the file can't be read or written: what is missed later can't be told then, but what is due is started. */
  readonly onError: (error: unknown) => void
  /** Keeps the time until which all starts were made or told of. */
  readonly file: string
  readonly clock?: Clock
  readonly signal: AbortSignal
}

const state = z.object({ seenAt: z.coerce.date() })

const seenIn = (file: string, onError: SchedulerOptions['onError']): Date | undefined => {
  try {
    return state.optional().parse(readDocument(file))?.seenAt
  } catch (error) {
    onError(error)
    return undefined
  }
}

/**
 * Starts machines at the times of their schedules, until the signal is aborted. A start that comes late, because the
 * machine slept, is made up for as long as EventBridge Scheduler would try; what is later than that, and what fell into a
 * time in which nobody looked, is told.
 */
export const runScheduler = async (options: SchedulerOptions): Promise<void> => {
  const { jobs, start, missed, file, onError, clock = systemClock, signal } = options
  let now = clock.now()
  const since = seenIn(file, onError) ?? now
  for (const job of jobs) {
    const starts = startsBetween(job.schedule, since, now)
    if (starts.length > 0) missed(job, starts)
  }
  let isWritten = true
  while (!signal.aborted) {
    const seen = now
    try {
      writeDocument(file, { seenAt: seen })
      isWritten = true
    } catch (error) {
      // Said once, not every minute.
      if (isWritten) onError(error)
      isWritten = false
    }
    const next = jobs.flatMap(({ schedule }) => nextStart(schedule, seen)?.getTime() ?? [])
    await clock.wait(Math.max(0, Math.min(TICK_MS, ...next.map((time) => time - seen.getTime()))), signal)
    now = clock.now()
    if (signal.aborted) break
    for (const job of jobs) {
      const starts = startsBetween(job.schedule, seen, now)
      const last = starts.at(-1)
      const isInTime = last !== undefined && now.getTime() - last.getTime() <= WITHIN_MS
      const late = isInTime ? starts.slice(0, -1) : starts
      if (late.length > 0) missed(job, late)
      if (isInTime) await start(job, last)
    }
  }
}
