import { hourOfKey } from '../../catalog/layout.ts'
import { HOUR_MS, startOfHour } from '../shared/replay-hours.ts'
import { type PersistedLine, parseLine } from './persisted-line.ts'
import { readLines } from './read-object.ts'

/** A line with its place. */
export interface TakenLine {
  readonly key: string
  /** Of the object: the first is 1. */
  readonly line: number
  /** When its object was written. */
  readonly writtenAt: number
  readonly bytes: Buffer
  readonly parsed: PersistedLine
  /** The hour under which it was persisted, in milliseconds since 1970. */
  readonly hour: number
}

/** The beginning of the hour in which the events of an object arrived. */
export const hourOf = (key: string): number => startOfHour(hourOfKey(key) ?? '')

/** A line that is ahead of most of so many that follow it has a wrong clock, or waited for others: it goes with those. */
const FOLLOWING = 5
/** Fewer tell nothing. */
const FEWEST = 3

/** What is known of an object without reading it. */
export interface LaneObject {
  readonly key: string
  /** When it was written, or copied: by then everything in it had arrived. Milliseconds since 1970. */
  readonly writtenAt: number
}

interface Read {
  readonly bytes: Buffer
  readonly parsed: PersistedLine
}

/** The time of a line by its own word; of one without, or with one that is impossible, that of the one in front of it. */
const timeInOrder = (parsed: PersistedLine, hour: number, before: number): number =>
  parsed.kind === 'event' && parsed.time !== undefined && parsed.time < hour + 2 * HOUR_MS
    ? parsed.time
    : before

/** Up to how many lines tell the time of the first one of them. */
export const TELLING = 1 + FOLLOWING

/** The time of one of some lines that follow each other, as those behind it let it stand; `before` is that in front of it. */
export function timeAt(
  lines: readonly Pick<Read, 'parsed'>[],
  at: number,
  hour: number,
  before: number,
): number {
  const line = lines[at]
  const own = line ? timeInOrder(line.parsed, hour, before) : before
  const times: number[] = []
  for (let next = at + 1; next < Math.min(at + TELLING, lines.length); next++) {
    const { parsed } = lines[next] as Pick<Read, 'parsed'>
    if (parsed.kind === 'event' && parsed.time !== undefined) times.push(parsed.time)
  }
  if (times.length < FEWEST) return own
  return Math.min(own, times.sort((a, b) => a - b)[times.length >> 1] as number)
}

/** One object, line by line, in its order. */
export class Lane {
  readonly object: LaneObject
  /** How many lines were taken. */
  lines: number
  /** Of the next line, or of the last where there is none. */
  time: number
  readonly #hour: number
  readonly #chunks: AsyncGenerator<Buffer[]>
  #read: Read[] = []
  #at = 0
  #next: Read | undefined
  #skip: number
  #isOver = false

  /** @param from Lines to pass over, and the time of the last of them. */
  constructor(bucket: string, object: LaneObject, from: { readonly lines: number; readonly time: number }) {
    this.object = object
    this.lines = from.lines
    this.time = from.time
    this.#hour = hourOf(object.key)
    this.#chunks = readLines(bucket, object.key)
    this.#skip = from.lines
  }

  /** Looks for the next line; false at the end of the object. */
  async ready(): Promise<boolean> {
    while (!this.isReady) {
      if (this.#isOver) return false
      const { done, value } = await this.#chunks.next()
      if (done) this.#isOver = true
      else this.#add(value)
    }
    return true
  }

  /** True where the next line can be had without waiting, with those that tell whether its time can be right. */
  get isReady(): boolean {
    while (!this.#next && this.#at < this.#read.length) {
      if (!this.#isOver && this.#read.length - this.#at <= FOLLOWING) return false
      this.#look()
    }
    return this.#next !== undefined
  }

  take(): TakenLine {
    const next = this.#next
    if (!next) throw new Error(`${this.object.key}: no line was looked for`)
    this.#next = undefined
    this.lines++
    return { ...this.object, line: this.lines, ...next, hour: this.#hour }
  }

  #add(lines: readonly Buffer[]): void {
    const skipped = Math.min(this.#skip, lines.length)
    this.#skip -= skipped
    const read = lines.slice(skipped).map((bytes) => ({ bytes, parsed: parseLine(bytes) }))
    this.#read = [...this.#read.slice(this.#at), ...read]
    this.#at = 0
  }

  #look(): void {
    const at = this.#at++
    const next = this.#read[at] as Read
    // Between two line ends is nothing that anybody sent.
    if (next.bytes.length === 0) {
      this.lines++
      return
    }
    this.time = timeAt(this.#read, at, this.#hour, this.time)
    this.#next = next
  }
}
