import { recordText } from '../../stream/event-cases.ts'

/** The generator of `Math.random`'s kind, but the same each time. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const VALUES = [
  'null',
  '""',
  'true',
  '{}',
  '[]',
  '0',
  '-1',
  '1.5',
  '1e3',
  '"x"',
  '"9223372036854775808"',
  '"\\u0000"',
]
const COLUMNS = [
  'event_time',
  'event_type',
  'product_id',
  'brand',
  'price',
  'user_id',
  'txn_timestamp',
] as const
const INSERTS = [
  '"',
  '\\',
  '{',
  '}',
  ',',
  ':',
  ' ',
  '\t',
  '\0',
  '\ufffd',
  '\u2028',
  'é',
  '\\u00e9',
  '\\ud800',
  '0',
]

/** Lines of persisted records: a third as they should be, the others with a value, a character or a byte amiss. */
export function randomStreamLines(count: number, seed: number): { readonly within: readonly string[] } {
  const random = randomOf(seed)
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const two = (number: number) => String(number).padStart(2, '0')
  const line = () => {
    const time = `2019-10-${two(1 + Math.floor(random() * 31))}T${two(Math.floor(random() * 24))}:00:0${Math.floor(random() * 10)}.${Math.floor(random() * 1e6)}`
    const good = {
      txn_timestamp: `"${time}"`,
      user_id: String(Math.floor(random() * 1e6)),
      category_id: oneOf(['2053013558920217191', '"2053013555631882655"', '1']),
    }
    const kind = random()
    if (kind < 0.3) return recordText(good)
    if (kind < 0.4) return recordText(good).replace(/}$/, `,"replay":"r"}`)
    if (kind < 0.7) return recordText({ ...good, [oneOf(COLUMNS)]: oneOf(VALUES) })
    const whole = recordText(good)
    const at = Math.floor(random() * whole.length)
    return kind < 0.85
      ? whole.slice(0, at) + oneOf(INSERTS) + whole.slice(at)
      : whole.slice(0, at) + whole.slice(at + 1 + Math.floor(random() * 3))
  }
  return { within: Array.from({ length: count }, line) }
}
