import type { userActivity } from '../catalog/events.ts'
import type { RowOf } from '../catalog/table.ts'

type Event = RowOf<typeof userActivity>

/** An event for a case: only what the case is about has to be said. */
export const event = (row: Partial<Event>): Event => ({
  event_time: '2019-10-01 00:00:00',
  event_type: 'view',
  product_id: 1001n,
  category_id: 2053013555631882655n,
  category_code: 'electronics.smartphone',
  brand: 'samsung',
  price: '100.00',
  user_id: 1n,
  user_session: 's1',
  source: 'csv',
  ...row,
})
