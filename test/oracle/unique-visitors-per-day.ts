import { countDistinct } from './collections.ts'
import { ofType, type View } from './event.ts'
import { dayOf, inMonth } from './time.ts'

export const uniqueVisitorsPerDay: View = (events, month) =>
  [...Map.groupBy(inMonth(events, month), ({ time }) => dayOf(time))].map(([day, ofDay]) => ({
    event_date: day,
    unique_visitors: BigInt(countDistinct(ofDay.map(({ user }) => user))),
    sessions: BigInt(countDistinct(ofDay.map(({ session }) => session))),
    events: BigInt(ofDay.length),
    views: BigInt(ofType(ofDay, 'view').length),
    carts: BigInt(ofType(ofDay, 'cart').length),
    purchases: BigInt(ofType(ofDay, 'purchase').length),
  }))
