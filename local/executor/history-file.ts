import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { HistoryEvent } from './history-event.ts'

const NEWLINE = 0x0a

function parse(lines: string): HistoryEvent[] {
  const events: HistoryEvent[] = []
  for (const line of lines.split('\n')) {
    if (line === '') continue
    const event: Partial<HistoryEvent> = JSON.parse(line)
    // Lines of an earlier version had no ids; nothing can be told from them now.
    if (event.id !== undefined) events.push(event as HistoryEvent)
  }
  return events
}

/** The whole lines of a history. What a killed process had begun to write, or what a full disk cut off, is none. */
export function readHistory(file: string): HistoryEvent[] {
  if (!existsSync(file)) return []
  const bytes = readFileSync(file)
  return parse(bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1).toString())
}

/** A history that is written line by line as things happen; a line stands in the file before anything follows from it. */
export class HistoryFile implements Disposable {
  readonly #descriptor: number
  /** Where the last whole line ends. */
  #end: number

  constructor(file: string) {
    this.#descriptor = openSync(file, 'a+')
    const bytes = readFileSync(file)
    this.#end = bytes.lastIndexOf(NEWLINE) + 1
    if (this.#end < fstatSync(this.#descriptor).size) ftruncateSync(this.#descriptor, this.#end)
  }

  append(event: HistoryEvent): void {
    const line = Buffer.from(`${JSON.stringify(event)}\n`)
    try {
      for (let written = 0; written < line.length; )
        written += writeSync(this.#descriptor, line, written, line.length - written)
    } catch (error) {
      // A full disk takes half a line: the next one must not stand behind it.
      ftruncateSync(this.#descriptor, this.#end)
      throw error
    }
    this.#end += line.length
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }
}
