/**
 * Randomness that is the same on every machine: 32-bit integer arithmetic only, no Math.random, no transcendental
 * functions (their last digit is not fixed by the standard). Everything is a function of a key, so that a session's
 * draws do not depend on how many were made before it.
 */

/** A bijection on 32-bit integers that scatters neighbours (the finalizer of MurmurHash3). */
export const mix = (value: number): number => {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** One key out of several parts, for example seed, month and purpose. */
export const keyOf = (...parts: (number | string)[]): number => {
  let key = 0x9e3779b9
  for (const part of parts) {
    const text = String(part)
    for (let i = 0; i < text.length; i++) key = mix(Math.imul(key, 31) + text.charCodeAt(i))
    key = mix(key + 0x7f4a7c15)
  }
  return key
}

/** A share (0 to 1) as the threshold under which a 32-bit draw has to lie. */
export const threshold = (share: number): number => Math.floor(share * 2 ** 32)

/** Draws of one session, one after the other. Reset it with the session's key instead of making a new one. */
export class Draws {
  #state = 0

  reset(key: number): void {
    this.#state = key | 0
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    return mix(this.#state)
  }

  /** 0 to bound - 1. */
  below(bound: number): number {
    return Math.floor((this.next() * bound) / 2 ** 32)
  }
}

/** A seeded permutation of 0 to size - 1, without a table: a Feistel network that walks its cycle back into the range. */
export class Permutation {
  readonly #size: number
  readonly #key: number
  readonly #half: number
  readonly #mask: number

  constructor(size: number, key: number) {
    this.#size = size
    this.#key = key
    let half = 1
    while (4 ** half < size) half++
    this.#half = half
    this.#mask = 2 ** half - 1
  }

  at(index: number): number {
    let value = index
    do {
      let left = value >>> this.#half
      let right = value & this.#mask
      for (let round = 1; round <= 4; round++) {
        const next = left ^ (mix(right + Math.imul(round, 0x632be5ab) + this.#key) & this.#mask)
        left = right
        right = next
      }
      value = left * (this.#mask + 1) + right
    } while (value >= this.#size)
    return value
  }
}
