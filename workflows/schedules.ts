/** When a machine starts by itself: EventBridge's six fields (minute, hour, day, month, weekday, year), in a time zone. */
export interface Schedule {
  readonly cron: string
  readonly timeZone: string
}

/** One constant for EventBridge Scheduler and for whatever starts machines elsewhere. */
export const SCHEDULES = {
  nightly: { cron: 'cron(0 2 * * ? *)', timeZone: 'Etc/UTC' },
  vacuum: { cron: 'cron(0 6 ? * SUN *)', timeZone: 'Etc/UTC' },
} as const satisfies Readonly<Record<string, Schedule>>

/** The audit has who started a run; Step Functions itself does not tell. */
export const SCHEDULED_INPUT = { startedBy: 'schedule' } as const

/** A start that could not be made in time is made up for as long; later it is missed. */
export const START_WITHIN_HOURS = 2
