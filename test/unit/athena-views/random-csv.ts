import { CSV_HEADER } from '../../../catalog/events.ts'
import { pick, type Random, random } from './random.ts'

export interface RandomCsv {
  readonly seed: number
  readonly events: number
  /** How many users, products, sessions … there are: 1 is as dense as can be. */
  readonly variety: number
  /** First day, `YYYY-MM-DD`. */
  readonly from: string
  readonly days: number
  /** Days that have no events, so that their weeks are not full. */
  readonly without: readonly string[]
}

const DAY = 86_400_000
const TIMES = ['00:00:00', '09:00:00', '09:00:01', '12:30:00', '23:59:59']
const TYPES = [...Array<string>(6).fill('view'), 'cart', 'cart', 'purchase', 'remove_from_cart']
const PRICES = ['', '0.00', '0.01', '9.99', '10.05', '10.05', '33.33', '1234.5']

/**
 * Events that collide as no shop's do: few users, products and sessions, equal times and prices, sessions that share
 * users and outlive a month, products that change brand and category, and values that are missing.
 */
export function randomCsv(options: RandomCsv): string {
  const next = random(options.seed)
  const lines = Array.from({ length: options.events }, () => lineOf(next, options))
  const kept = lines.filter((line) => !options.without.some((day) => line.startsWith(day)))
  return [CSV_HEADER, ...kept, ''].join('\n')
}

function lineOf(next: Random, { variety, from, days }: RandomCsv): string {
  const upTo = (n: number): number => Math.floor(next() * n)
  const day = upTo(days)
  const product = Math.floor(next() ** 2 * 12 * variety)
  const isUsual = next() < 0.95
  const category = isUsual ? product % (5 * variety) : upTo(5 * variety)
  const brand = isUsual ? Math.floor(product * 0.7) : upTo(8 * variety)
  const session = Math.floor(day / 9) * variety + upTo(6 * variety)
  return [
    `${new Date(Date.parse(from) + day * DAY).toISOString().slice(0, 10)} ${pick(next, TIMES)} UTC`,
    pick(next, TYPES),
    1000 + product,
    2053013555631882655n + BigInt(category),
    codeOf(category),
    brand % 8 === 7 ? '' : `brand-${brand}`,
    pick(next, PRICES),
    1 + upTo(9 * variety),
    next() < 0.03 ? '' : `session-${session}`,
  ].join(',')
}

/** Two ids in five have no code, and two share one. */
const codeOf = (category: number): string =>
  category % 5 >= 3 ? '' : `code.${Math.floor(category / 5)}.${category % 5 === 0 ? 'a' : 'b'}`
