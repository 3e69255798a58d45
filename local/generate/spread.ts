/** Spreads a few special rows over a file: the n-th of `count` stands in the middle of the n-th part of the rows. */
export class Spread {
  readonly #count: number
  readonly #rows: number
  #given = 0

  constructor(count: number, rows: number) {
    this.#count = count
    this.#rows = rows
  }

  /** How many are due at this row, the rows being asked one after the other from 0 on. */
  due(row: number): number {
    const before = this.#given
    while (this.#given < this.#count && row >= Math.floor(((this.#given + 0.5) * this.#rows) / this.#count)) {
      this.#given++
    }
    return this.#given - before
  }
}
