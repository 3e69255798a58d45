/** An id as the engine's maps hash it fastest: a number where that is exact, else the bigint; or a text. */
export type Value = number | bigint | string

/**
 * Distinct values in as little as they need: none, one as itself, a few as a list, more as a set. Most users do one or two things
 * in a window, and there are hundreds of thousands of them.
 */
export type Distinct = undefined | Value | Value[] | Set<Value>

const LONGEST_LIST = 8

/** Gives back what holds the values from now on. */
export function addDistinct(held: Distinct, value: Value): Distinct {
  if (held === undefined) return value
  if (typeof held !== 'object') return held === value ? held : [held, value]
  if (held instanceof Set) return held.add(value)
  if (held.includes(value)) return held
  if (held.length === LONGEST_LIST) return new Set(held).add(value)
  held.push(value)
  return held
}

export const sizeOf = (held: Distinct): number =>
  held === undefined ? 0 : typeof held !== 'object' ? 1 : held instanceof Set ? held.size : held.length

/** How many distinct values several hold together. */
export function unionSize(all: readonly Distinct[]): number {
  const held = all.filter((one) => one !== undefined)
  if (held.length < 2) return sizeOf(held[0])
  const union = new Set<Value>()
  for (const one of held) {
    if (typeof one !== 'object') union.add(one)
    else for (const value of one) union.add(value)
  }
  return union.size
}

/** The id as a key: as a number where it is one that JavaScript holds exactly. */
export const toValue = (id: bigint): Value => (id <= MAX_SAFE ? Number(id) : id)
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)
