import { brandsNeedingMarketing } from './brands-needing-marketing.ts'
import { cartAbandonment } from './cart-abandonment.ts'
import type { OracleEvent, Row, View } from './event.ts'
import { eventsByTimeAndCategory } from './events-by-time-and-category.ts'
import { frequentVisitors } from './frequent-visitors.ts'
import { brandSales, productSales } from './sales.ts'
import { salesPerDay } from './sales-per-day.ts'
import { topCategoriesByHour, topCategoriesByWeekday } from './top-categories.ts'
import { uniqueVisitorsPerDay } from './unique-visitors-per-day.ts'
import { userActivity } from './user-activity.ts'
import { categoryGrowth, categoryMovers } from './weeks.ts'

export type { OracleEvent, Row } from './event.ts'
export { parseEvents } from './parse-events.ts'
export { parseStreamEvents } from './parse-stream-events.ts'

const VIEWS: Readonly<Record<string, View>> = {
  user_activity: userActivity,
  unique_visitors_per_day: uniqueVisitorsPerDay,
  cart_abandonment: cartAbandonment,
  top_categories_by_hour: topCategoriesByHour,
  top_categories_by_weekday: topCategoriesByWeekday,
  brands_needing_marketing: brandsNeedingMarketing,
  events_by_time_and_category: eventsByTimeAndCategory,
  category_movers: categoryMovers,
  category_growth: categoryGrowth,
  product_sales: productSales,
  brand_sales: brandSales,
  frequent_visitors: frequentVisitors,
  sales_per_day: salesPerDay,
}

/** The views that the oracle can compute: all that are published. */
export const ORACLE_VIEWS = Object.keys(VIEWS)

/**
 * What a published view must hold for a month, computed in plain TypeScript, without SQL and without the code of the
 * platform: the other way by which the views' numbers are checked. Give it the events of the neighbouring months too,
 * because some views look past the month's end. Rows come in no particular order.
 *
 * ```ts
 * oracle('sales_per_day', parseEvents(await readFile(file, 'utf8')), '2019-10')
 * ```
 */
export function oracle(view: string, events: readonly OracleEvent[], month: string): Row[] {
  const compute = VIEWS[view]
  if (!compute) throw new Error(`The oracle knows no view ${view}; it knows ${ORACLE_VIEWS.join(', ')}.`)
  return compute(events, month)
}
