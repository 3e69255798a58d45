import { cardTesting } from './card-testing.ts'
import { cartStuffing } from './cart-stuffing.ts'
import { categoryFlood } from './category-flood.ts'
import { conversionDrop } from './conversion-drop.ts'
import { highEventVolume } from './high-event-volume.ts'
import { productFlood } from './product-flood.ts'
import { requestFlood } from './request-flood.ts'
import type { Rule } from './rule.ts'
import { sessionHopping } from './session-hopping.ts'
import { slowCrawler } from './slow-crawler.ts'

/** All rules, with their own thresholds: `configuredRules` gives them with an environment's. */
export const RULES = [
  highEventVolume,
  requestFlood,
  slowCrawler,
  productFlood,
  categoryFlood,
  cartStuffing,
  cardTesting,
  sessionHopping,
  conversionDrop,
] as const satisfies readonly Rule[]
