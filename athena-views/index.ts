import { auditTables } from '../catalog/audit.ts'
import { userActivity } from '../catalog/events.ts'
import type { Table } from '../catalog/table.ts'
import { brandSales } from './brand-sales.ts'
import { brandsNeedingMarketing } from './brands-needing-marketing.ts'
import { cartAbandonment } from './cart-abandonment.ts'
import { categoryGrowth } from './category-growth.ts'
import { categoryMovers } from './category-movers.ts'
import { eventsByTimeAndCategory } from './events-by-time-and-category.ts'
import { frequentVisitors } from './frequent-visitors.ts'
import type { Mart } from './mart.ts'
import { productSales } from './product-sales.ts'
import { salesPerDay } from './sales-per-day.ts'
import { topCategoriesByHour } from './top-categories-by-hour.ts'
import { topCategoriesByWeekday } from './top-categories-by-weekday.ts'
import { uniqueVisitorsPerDay } from './unique-visitors-per-day.ts'

/** Every mart, in the order in which documentation lists them; `levels.ts` says in which order they are built. */
export const MARTS: readonly Mart[] = [
  uniqueVisitorsPerDay,
  cartAbandonment,
  topCategoriesByHour,
  topCategoriesByWeekday,
  brandsNeedingMarketing,
  eventsByTimeAndCategory,
  categoryMovers,
  categoryGrowth,
  productSales,
  brandSales,
  frequentVisitors,
  salesPerDay,
]

/** What a release publishes for analysts: the events and every mart. */
export const publicViews: readonly (Mart | typeof userActivity)[] = [userActivity, ...MARTS]

/** All that analysts can query: what a release publishes, and the audit, which the deployment publishes once for all. */
export const allViews: readonly Table[] = [...publicViews, ...auditTables]
