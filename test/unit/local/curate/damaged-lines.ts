import { EVENT, event } from './curate-files.ts'

/** mulberry32: the same lines from the same seed. */
const randomFrom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

const SEEDS = [
  EVENT,
  event({ brand: '"a,b"', price: '7' }),
  event({ brand: '"say ""hi"""', category_code: 'computers.notebook', price: '12.50' }),
  event({ event_time: '2019-10-31 23:59:59 UTC', event_type: 'purchase', price: '0.00' }),
  event({ brand: 'ž', user_session: '', price: '' }),
]
/** What breaks parsers: structure, digits, signs, blanks of several kinds, multi-byte characters. */
const PIECES = [
  '"',
  '""',
  '","',
  ',',
  '0',
  '1',
  '9',
  '.',
  '-',
  '+',
  'e',
  '_',
  ' ',
  '\t',
  'x',
  ':',
  ' UTC',
  '2019-',
  '\u00a0',
  '\u2028',
  '\u0085',
  '\ufffd',
  '\0',
  '👍',
  'é',
]

function mutate(line: string, random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const at = Math.floor(random() * (line.length + 1))
  const length = Math.floor(random() * 4)
  switch (Math.floor(random() * 5)) {
    case 0:
      return line.slice(0, at) + pick(PIECES) + line.slice(at)
    case 1:
      return line.slice(0, at) + line.slice(at + 1 + length)
    case 2:
      return line.slice(0, at) + pick(PIECES) + line.slice(at + 1)
    case 3:
      return line.slice(0, at)
    default: {
      const fields = line.split(',')
      fields[Math.floor(random() * fields.length)] = pick(PIECES) + pick(PIECES)
      return fields.join(',')
    }
  }
}

/** Lines like real ones, but most of them damaged in one to three places. */
export function damagedLines(count: number, seed: number): string[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, () => {
    let line = SEEDS[Math.floor(random() * SEEDS.length)] ?? EVENT
    for (let n = Math.floor(random() * 4); n > 0; n--) line = mutate(line, random)
    return line.isWellFormed() && line !== '' ? line : EVENT
  })
}
