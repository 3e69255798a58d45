const DAY = 86_400_000

/** `2019-10-01 00:00:00[.fff]` */
export const timeText = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '')

/** `2019-10-01` */
export const dayOf = (time: number): string => timeText(time).slice(0, 10)

/** `2019-10` */
export const monthOf = (time: number): string => timeText(time).slice(0, 7)

export const hourOf = (time: number): number => new Date(time).getUTCHours()

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (time: number): number => new Date(time).getUTCDay() || 7

export const plusDays = (day: string, days: number): string => dayOf(Date.parse(day) + days * DAY)

/** The Monday of the week, `2019-09-30`. */
export const mondayOf = (time: number): string => plusDays(dayOf(time), 1 - weekdayOf(time))

export const monthBefore = (month: string): string => monthOf(Date.parse(`${month}-01`) - DAY)

/** The items whose time lies in the month. */
export const inMonth = <T extends { readonly time: number }>(items: readonly T[], month: string): T[] =>
  items.filter(({ time }) => monthOf(time) === month)
