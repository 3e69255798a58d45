import { MINUTE } from '../rules/window.ts'
import type { AttackOptions } from './attacks/attack-options.ts'
import { type AttackName, MAKE_ATTACK } from './attacks/index.ts'
import { bigBasket } from './hard-cases/big-basket.ts'
import { sharedSession } from './hard-cases/shared-session.ts'
import type { Injection, Label } from './simulated-event.ts'

/** When each begins, in minutes. Two attacks come again in the crowd of the promotion. */
const ATTACKS: readonly (readonly [minute: number, name: AttackName])[] = [
  [5, 'slow-crawler'],
  [10, 'single-user-flood'],
  [13, 'product-flood'],
  [18, 'cart-stuffing'],
  [25, 'card-testing'],
  [30, 'session-hopping'],
  [37, 'category-flood'],
  [46, 'slow-crawler'],
  [50, 'single-user-flood'],
]
const BASKETS = [
  [3, 'different'],
  [20, 'same'],
  [27, 'cheap'],
] as const
const SHARED_SESSION = 8

/** A promotion: five times the traffic, and a part of it on a few products. */
export const PROMOTION = {
  begins: 42 * MINUTE,
  ends: 57 * MINUTE,
  factor: 5,
  products: 3,
  share: 0.25,
} as const

/** What is put into an hour of honest traffic to measure detection: every attack, and every hard case but the promotion. */
export const hourOfTrouble = (options: AttackOptions): Injection[] => [
  ...ATTACKS.map(([minute, name]) => MAKE_ATTACK[name]({ ...options, from: options.from + minute * MINUTE })),
  ...BASKETS.map(([minute, of]) => bigBasket({ ...options, from: options.from + minute * MINUTE, of })),
  sharedSession({ ...options, from: options.from + SHARED_SESSION * MINUTE }),
]

export const promotionLabel = (products: Label['products'], categories: Label['categories']): Label => ({
  kind: 'hard-case',
  name: 'promotion',
  users: [],
  products,
  categories,
})
