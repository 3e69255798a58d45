import { CARTS, cost, distinct, events, PURCHASES, VIEWS } from '../rules/measure.ts'
import { MINUTE, tumbling } from '../rules/window.ts'
import type { Kpi } from './kpi.ts'

/** As in the marts, an order is a session that buys, and conversion is sessions that buy among all: set logic, no ratio of counts. */
const sales = {
  window: tumbling(MINUTE),
  measures: {
    revenue: cost(PURCHASES),
    orders: distinct('user_session', PURCHASES),
    views: events(VIEWS),
    carts: events(CARTS),
    sessions: distinct('user_session'),
  },
  measure: 'revenue',
  ratios: { conversion: { part: 'orders', of: 'sessions' } },
} as const

export const KPIS: readonly Kpi[] = [
  { ...sales, id: 'sales', key: 'all' },
  { ...sales, id: 'category-sales', key: 'category_id' },
]
