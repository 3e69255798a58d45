/** A calendar month in UTC, `YYYY-MM`, with its half-open range of time. */
export interface Month {
  readonly month: string
  /** First instant, `YYYY-MM-DD HH:MM:SS`. */
  readonly from: string
  /** First instant after it. */
  readonly to: string
}

/** `YYYY-MM`, the whole text. */
export const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/

const first = (month: string): string => `${month}-01 00:00:00`

/** The month that lies `by` months after this one (before it, where negative). */
export const shiftMonth = (month: string, by: number): string => {
  const [year = 0, monthOfYear = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, monthOfYear - 1 + by, 1)).toISOString().slice(0, 7)
}

export const monthRange = (month: string): Month => ({
  month,
  from: first(month),
  to: first(shiftMonth(month, 1)),
})
