import { by, falling, places } from './collections.ts'
import { categoryOf, type OracleEvent, ofType, type Row, type View } from './event.ts'
import { moneyText, revenueOf } from './money.ts'
import { hourOf, inMonth, weekdayOf } from './time.ts'

const SHOWN = 10

export const topCategoriesByHour: View = (events, month) =>
  topCategories(events, month, 'hour_of_day', hourOf)

export const topCategoriesByWeekday: View = (events, month) =>
  topCategories(events, month, 'weekday', weekdayOf)

const topCategories = (
  events: readonly OracleEvent[],
  month: string,
  column: string,
  slotOf: (time: number) => number,
): Row[] =>
  [...Map.groupBy(inMonth(events, month), ({ time }) => slotOf(time))].flatMap(([slot, ofSlot]) =>
    ranked(ofSlot).map((category) => ({ month, [column]: slot, ...category })),
  )

function ranked(events: readonly OracleEvent[]): Row[] {
  const categories = [...Map.groupBy(events, categoryOf)].map(([category, ofCategory]) => ({
    category,
    views: ofType(ofCategory, 'view').length,
    carts: ofType(ofCategory, 'cart').length,
    purchases: ofType(ofCategory, 'purchase').length,
    revenue: revenueOf(ofCategory),
  }))
  const ranksBy = (measure: 'views' | 'purchases' | 'revenue') =>
    places(
      categories,
      falling((found) => found[measure]),
      by((found) => found.category),
    )
  const ranks = [ranksBy('views'), ranksBy('purchases'), ranksBy('revenue')]
  return categories
    .map((found) => ({ found, of: ranks.map((rank) => rank.get(found) ?? Number.NaN) }))
    .filter(({ of }) => of.some((rank) => rank <= SHOWN))
    .map(({ found, of: [views = 0, purchases = 0, revenue = 0] }) => ({
      category: found.category,
      views: BigInt(found.views),
      carts: BigInt(found.carts),
      purchases: BigInt(found.purchases),
      revenue: moneyText(found.revenue),
      views_rank: BigInt(views),
      purchases_rank: BigInt(purchases),
      revenue_rank: BigInt(revenue),
    }))
}
