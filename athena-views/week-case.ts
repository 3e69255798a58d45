import { event } from './event-case.ts'

/** Events of one week for a case: so many of each category, spread over its days from Monday on. */
export const week = (monday: string, events: Readonly<Record<string, number>>, days = 7) =>
  Object.entries(events).flatMap(([category_code, count]) =>
    Array.from({ length: count }, (_, i) => event({ category_code, event_time: noonOf(monday, i % days) })),
  )

const noonOf = (monday: string, day: number): string => {
  const time = new Date(`${monday}T12:00:00Z`)
  time.setUTCDate(time.getUTCDate() + day)
  return `${time.toISOString().slice(0, 10)} 12:00:00`
}
