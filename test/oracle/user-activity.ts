import type { View } from './event.ts'
import { moneyText } from './money.ts'
import { inMonth, timeText } from './time.ts'

/** The events themselves. */
export const userActivity: View = (events, month) =>
  inMonth(events, month).map((event) => ({
    event_time: timeText(event.time),
    event_type: event.type,
    product_id: event.product,
    category_id: event.categoryId,
    category_code: event.code,
    brand: event.brand,
    price: event.cents === null ? null : moneyText(event.cents),
    user_id: event.user,
    user_session: event.session,
    source: event.source,
  }))
