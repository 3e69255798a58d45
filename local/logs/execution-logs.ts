import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import path from 'node:path'

/** Where lines go that name no execution. */
const OTHER = 'other.jsonl'

/** `ecomm-nightly-dev` and `r1` of `arn:aws:states:…:execution:ecomm-nightly-dev:r1`. */
const EXECUTION = /:execution:([\w.-]+):([\w.-]+)$/

/** Lines of a log, and where the next ones will begin. */
export interface LogPart {
  readonly lines: string[]
  readonly end: number
}

/**
 * The logs of a lake: what functions and jobs would write to CloudWatch, one file an execution:
 * `<root>/logs/<machine>/<execution>.jsonl`.
 */
export class ExecutionLogs {
  readonly #folder: string

  constructor(root: string) {
    this.#folder = path.join(root, 'logs')
  }

  /** Takes a line of JSON to the log of the execution that it names. As on AWS, work goes on where its log can't be written. */
  readonly write = (line: string): void => {
    const file = this.#fileOf(line)
    try {
      mkdirSync(path.dirname(file), { recursive: true })
      appendFileSync(file, `${line}\n`)
    } catch {
      // A full disk: whatever the line tells of will meet it too, and say so.
    }
  }

  /** The whole lines from a position on; none where nothing has been logged. */
  read(machine: string, execution: string, from = 0): LogPart {
    let file: number
    try {
      file = openSync(this.file(machine, execution), 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], end: from }
      throw error
    }
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - from))
      const read = readSync(file, bytes, 0, bytes.length, from)
      // A line that is being written has no end yet.
      const whole = bytes.lastIndexOf('\n', read - 1) + 1
      const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1)
      return { lines, end: from + whole }
    } finally {
      closeSync(file)
    }
  }

  file(machine: string, execution: string): string {
    return path.join(this.#folder, machine, `${execution}.jsonl`)
  }

  #fileOf(line: string): string {
    const { execution } = JSON.parse(line) as { execution?: unknown }
    const [, machine, name] = EXECUTION.exec(String(execution)) ?? []
    return machine && name ? this.file(machine, name) : path.join(this.#folder, OTHER)
  }
}
