/** A distribution as its quantiles: pairs of a share (ascending, 0 first, 1 last) and the value there, straight between them. */
export type Knots = readonly (readonly [share: number, value: number])[]

/** Draws from a distribution that is given by its quantiles. */
export class Quantiles {
  readonly #shares: Float64Array
  readonly #values: Float64Array

  constructor(knots: Knots) {
    this.#shares = Float64Array.from(knots, ([share]) => share)
    this.#values = Float64Array.from(knots, ([, value]) => value)
  }

  /** The value at a share of 0 to 1. */
  at(share: number): number {
    const shares = this.#shares
    let i = 1
    while (i < shares.length - 1 && share >= (shares[i] as number)) i++
    const from = shares[i - 1] as number
    const to = shares[i] as number
    const low = this.#values[i - 1] as number
    const high = this.#values[i] as number
    return low + ((high - low) * (share - from)) / (to - from)
  }

  /** The whole number (rounded down) for a 32-bit draw. */
  whole(draw: number): number {
    return Math.floor(this.at(draw / 2 ** 32))
  }
}
