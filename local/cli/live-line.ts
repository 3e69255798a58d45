const CLEAR = '\r\x1b[2K'
/** Where a terminal does not say how wide it is. */
const COLUMNS = 80

/** What is told while something goes on: the state of things in one line, and what else there is to say. */
export class LiveLine {
  readonly #out: NodeJS.WriteStream
  #isShown = false

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out
  }

  /** Shows a line that fits: over the former one on a terminal, else below it. It is told how wide it may be. */
  show(lineOf: (columns: number) => string): void {
    if (!this.#out.isTTY) {
      this.#out.write(`${lineOf(Number.POSITIVE_INFINITY)}\n`)
      return
    }
    // The last column stays free: a terminal begins a new line behind it.
    const columns = (this.#out.columns || COLUMNS) - 1
    this.#out.write(`${CLEAR}${lineOf(columns).slice(0, columns)}`)
    this.#isShown = true
  }

  /** Says something in lines of its own, which stay. */
  say(text: string, to: Pick<NodeJS.WriteStream, 'write'> = this.#out): void {
    this.clear()
    to.write(text)
  }

  clear(): void {
    if (!this.#isShown) return
    this.#out.write(CLEAR)
    this.#isShown = false
  }
}
