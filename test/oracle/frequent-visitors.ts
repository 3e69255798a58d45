import { by, countDistinct, falling, sorted } from './collections.ts'
import { ofType, type View } from './event.ts'
import { moneyText, revenueOf } from './money.ts'
import { dayOf, inMonth, timeText } from './time.ts'

const SHOWN = 1_000

export const frequentVisitors: View = (events, month) => {
  const visitors = [...Map.groupBy(inMonth(events, month), ({ user }) => user)].map(([user, found]) => ({
    user,
    found,
    sessions: countDistinct(found.map(({ session }) => session)),
    times: found.map(({ time }) => time),
  }))
  return sorted(
    visitors,
    falling(({ sessions }) => sessions),
    falling(({ found }) => found.length),
    by(({ user }) => user),
  )
    .slice(0, SHOWN)
    .map(({ user, found, sessions, times }, i) => ({
      month,
      user_id: user,
      active_days: BigInt(countDistinct(times.map(dayOf))),
      sessions: BigInt(sessions),
      events: BigInt(found.length),
      purchases: BigInt(ofType(found, 'purchase').length),
      revenue: moneyText(revenueOf(found)),
      first_seen: timeText(Math.min(...times)),
      last_seen: timeText(Math.max(...times)),
      rank: BigInt(i + 1),
    }))
}
