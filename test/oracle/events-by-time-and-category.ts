import { categoryOf, type OracleEvent, type View } from './event.ts'
import { inMonth, timeText } from './time.ts'

const HOUR = 3_600_000

const hourStart = ({ time }: OracleEvent): string => timeText(Math.floor(time / HOUR) * HOUR)

export const eventsByTimeAndCategory: View = (events, month) =>
  [...Map.groupBy(inMonth(events, month), hourStart)].flatMap(([event_hour, ofHour]) =>
    [...Map.groupBy(ofHour, categoryOf)].flatMap(([category, ofCategory]) =>
      [...Map.groupBy(ofCategory, ({ type }) => type)].map(([event_type, found]) => ({
        event_hour,
        category,
        event_type,
        events: BigInt(found.length),
      })),
    ),
  )
