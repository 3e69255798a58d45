import type { StreamEvent } from '../../../stream/events.ts'
import { timestampText } from '../../../stream/timestamp.ts'

/** 2019-10-01 00:00:00 UTC in milliseconds: a multiple of every window. */
export const START = Date.UTC(2019, 9, 1)

/** An event with what a test does not care about filled in; `at` is its time in milliseconds after START. */
export function streamEvent({
  at = 0,
  ...fields
}: Partial<StreamEvent> & { readonly at?: number } = {}): StreamEvent {
  const time = START + at
  return {
    event_time: timestampText(time).slice(0, 19),
    event_type: 'view',
    product_id: 1307067n,
    category_id: 2053013558920217191n,
    category_code: 'computers.notebook',
    brand: 'lenovo',
    price: '251.74',
    user_id: 550050854n,
    user_session: '7c90fc70-0e80-4590-96f3-13c02c18c713',
    txn_timestamp: timestampText(time),
    time,
    ...fields,
  }
}
