import { countDistinct, ratio } from './collections.ts'
import { ofType, type View } from './event.ts'
import { moneyText, revenueOf } from './money.ts'
import { dayOf, inMonth } from './time.ts'

export const salesPerDay: View = (events, month) =>
  [...Map.groupBy(inMonth(events, month), ({ time }) => dayOf(time))].map(([day, ofDay]) => {
    const purchases = ofType(ofDay, 'purchase')
    const sessions = countDistinct(ofDay.map(({ session }) => session))
    const orders = countDistinct(purchases.map(({ session }) => session))
    const revenue = revenueOf(ofDay)
    return {
      event_date: day,
      orders: BigInt(orders),
      items: BigInt(purchases.length),
      revenue: moneyText(revenue),
      average_order_value: ratio(Number(revenue) / 100, orders),
      conversion_rate: ratio(orders, sessions),
    }
  })
