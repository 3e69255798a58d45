import type { MakeAttack } from './attack-options.ts'
import { cardTesting } from './card-testing.ts'
import { cartStuffing } from './cart-stuffing.ts'
import { categoryFlood, productFlood } from './distributed-flood.ts'
import { sessionHopping } from './session-hopping.ts'
import { singleUserFlood } from './single-user-flood.ts'
import { slowCrawler } from './slow-crawler.ts'

/** By the name that the command line has for them. */
export const MAKE_ATTACK = {
  'single-user-flood': singleUserFlood,
  'slow-crawler': slowCrawler,
  'product-flood': productFlood,
  'category-flood': categoryFlood,
  'cart-stuffing': cartStuffing,
  'card-testing': cardTesting,
  'session-hopping': sessionHopping,
} as const satisfies Readonly<Record<string, MakeAttack>>

export type AttackName = keyof typeof MAKE_ATTACK
