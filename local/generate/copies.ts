import { CARTS_AMONG_DUPLICATES, LONGEST_RUN_OF_COPIES, type MonthFigures } from './calibration.ts'
import { CART, VIEW } from './session-script.ts'

/** A run of 78 in a month with fewer copies than this would be a tenth of them all and more. */
const ENOUGH_FOR_A_RUN = 10 * LONGEST_RUN_OF_COPIES

/** Which rows stand more than once in the file: exact copies at the real rate, spread over the month, 95 % carts. */
export class Copies {
  readonly planned: number
  readonly #rows: number
  readonly #viewEvery = Math.round(1 / (1 - CARTS_AMONG_DUPLICATES))
  #made = 0
  #runLeft: number

  constructor(rows: number, figures: MonthFigures) {
    this.#rows = rows
    this.planned = Math.round((rows * figures.surplusDuplicates) / figures.rows)
    this.#runLeft = this.planned >= ENOUGH_FOR_A_RUN ? LONGEST_RUN_OF_COPIES - 1 : 0
  }

  /** Surplus copies of the event that was just written as the `written`-th. */
  of(type: number, written: number): number {
    const due = Math.floor((this.planned * written) / this.#rows)
    if (this.#made >= due) return 0
    if (this.#runLeft > 0) {
      // The run begins when enough is due, so that the pace holds afterwards.
      if (type !== CART || due - this.#made < this.#runLeft)
        return due > ENOUGH_FOR_A_RUN ? 0 : this.#one(type)
      const run = this.#runLeft
      this.#runLeft = 0
      this.#made += run
      return run
    }
    return this.#one(type)
  }

  /** Copies that no row took; the caller repeats the last row so often. */
  get left(): number {
    return this.planned - this.#made
  }

  #one(type: number): number {
    const wanted = this.#made % this.#viewEvery === this.#viewEvery - 1 ? VIEW : CART
    if (type !== wanted) return 0
    this.#made++
    return 1
  }
}
