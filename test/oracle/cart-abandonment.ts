import { by, sorted } from './collections.ts'
import { type OracleEvent, ofType, type View } from './event.ts'
import { moneyText, sumCents } from './money.ts'
import { dayOf, hourOf, inMonth, monthBefore, weekdayOf } from './time.ts'

const HOURS_24 = 24 * 3_600_000
const DEAREST = 10n ** 18n

export const cartAbandonment: View = (events, month) => {
  const purchases = Map.groupBy(ofType(events, 'purchase'), userAndProduct)
  const isAbandoned = (line: OracleEvent): boolean =>
    !purchases
      .get(userAndProduct(line))
      ?.some(({ time }) => time >= line.time && time <= line.time + HOURS_24)

  return [...Map.groupBy(linesOf(events, month), dayAndHour).values()].map((lines) => {
    const time = lines[0]?.time ?? Number.NaN
    const abandoned = lines.filter(isAbandoned)
    return {
      event_date: dayOf(time),
      weekday: weekdayOf(time),
      hour_of_day: hourOf(time),
      carted: BigInt(lines.length),
      abandoned: BigInt(abandoned.length),
      abandonment_rate: abandoned.length / lines.length,
      abandoned_value: moneyText(sumCents(abandoned)),
    }
  })
}

/** The first cart event of every (session, product) that was first carted in the month. */
function linesOf(events: readonly OracleEvent[], month: string): OracleEvent[] {
  const carts = ofType(events, 'cart').filter(({ session }) => session !== null)
  const remembered = [...inMonth(carts, monthBefore(month)), ...inMonth(carts, month)]
  const lines = Map.groupBy(remembered, ({ session, product }) => `${product} ${session}`)
  return inMonth([...lines.values()].flatMap(firstOf), month)
}

const firstOf = (carts: readonly OracleEvent[]): OracleEvent[] =>
  sorted(
    carts,
    by(({ time }) => time),
    by(({ cents }) => cents ?? DEAREST),
    by(({ user }) => user),
  ).slice(0, 1)

const userAndProduct = ({ user, product }: OracleEvent): string => `${user} ${product}`

const dayAndHour = ({ time }: OracleEvent): string => `${dayOf(time)} ${hourOf(time)}`
