import { InvalidInputError } from '../../lambdas/shared/errors.ts'

/** Longer than any line that a row could be; engines hold a line in memory. */
export const LONGEST_LINE = 10_000_000

const LF = 10
const CR = 13

/** The next place of a byte, or the end of the chunk. */
const next = (chunk: Buffer, byte: number, from: number): number => {
  const found = chunk.indexOf(byte, from)
  return found < 0 ? chunk.length : found
}

/**
 * Counts lines as the engines split them: LF, CR and CRLF each end one. Blank lines are none, and so the nothing between
 * CR and LF needs no care.
 */
export class LineCounter {
  readonly #name: string
  #length = 0
  #ends = 0
  #lastEnd = 0
  #notBlank = 0
  #longest = 0

  constructor(name: string) {
    this.#name = name
  }

  /** Lines that are not blank; complete after `end`. */
  get notBlank(): number {
    return this.#notBlank
  }

  get longest(): number {
    return this.#longest
  }

  add(chunk: Buffer): void {
    let start = 0
    let lf = next(chunk, LF, 0)
    let cr = next(chunk, CR, 0)
    for (;;) {
      const end = Math.min(lf, cr)
      this.#length += end - start
      if (this.#length > LONGEST_LINE) this.#tooLong()
      if (end === chunk.length) return
      this.#endLine(end === lf ? LF : CR)
      start = end + 1
      if (end === lf) lf = next(chunk, LF, start)
      else cr = next(chunk, CR, start)
    }
  }

  end(): void {
    if (this.#length > 0) this.#endLine(LF)
  }

  #endLine(by: number): void {
    if (this.#length > 0) {
      this.#notBlank++
      if (this.#length > this.#longest) this.#longest = this.#length
    }
    if (this.#length > 0 || by === CR || this.#lastEnd !== CR) this.#ends++
    this.#length = 0
    this.#lastEnd = by
  }

  #tooLong(): never {
    throw new InvalidInputError(
      `${this.#name} line ${(this.#ends + 1).toLocaleString('en-US')}: longer than ${LONGEST_LINE.toLocaleString('en-US')} bytes; this is no CSV with a line for each event. Replace the file and start again.`,
    )
  }
}
