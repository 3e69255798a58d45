import type { Draws } from './random.ts'

/** Draws an index by weight in constant time (Walker's alias method): two draws, two look-ups. */
export class AliasTable {
  readonly #thresholds: Uint32Array
  readonly #aliases: Uint32Array

  constructor(weights: Float64Array) {
    const size = weights.length
    let total = 0
    for (const weight of weights) total += weight
    if (!(total > 0)) throw new RangeError('An alias table needs at least one weight above 0.')
    const scaled = weights.map((weight) => (weight * size) / total)
    this.#thresholds = new Uint32Array(size).fill(2 ** 32 - 1)
    this.#aliases = Uint32Array.from({ length: size }, (_, i) => i)
    const small: number[] = []
    const large: number[] = []
    for (let i = 0; i < size; i++) ((scaled[i] as number) < 1 ? small : large).push(i)
    let less = small.pop()
    let more = large.at(-1)
    while (less !== undefined && more !== undefined) {
      const share = scaled[less] as number
      this.#thresholds[less] = Math.min(2 ** 32 - 1, Math.floor(share * 2 ** 32))
      this.#aliases[less] = more
      const rest = (scaled[more] as number) - (1 - share)
      scaled[more] = rest
      if (rest < 1) {
        large.pop()
        small.push(more)
      }
      less = small.pop()
      more = large.at(-1)
    }
  }

  draw(draws: Draws): number {
    const index = draws.below(this.#thresholds.length)
    return draws.next() < (this.#thresholds[index] as number) ? index : (this.#aliases[index] as number)
  }
}
