import type { FileHandle } from 'node:fs/promises'
import { CSV_HEADER } from '../../catalog/events.ts'
import type { Catalogue } from './catalogue.ts'
import { FIRST_END_SESSION } from './month-ends.ts'
import { mix } from './random.ts'
import type { WaitingEvent } from './timeline.ts'

const CHUNK = 4 << 20
/** A row, its 78 copies and a faulty line. */
const ROOM = 64 << 10
const TYPES = [',view,', ',cart,', ',purchase,'].map((type) => Buffer.from(type))
const HEX = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const HIGH = Uint8Array.from({ length: 256 }, (_, byte) => HEX[byte >> 4] as number)
const LOW = Uint8Array.from({ length: 256 }, (_, byte) => HEX[byte & 15] as number)
const COMMA = 44
const DASH = 45
const LF = 10

/**
 * Writes rows as bytes. No strings are made per row: a time is spelled once a second, a product once a month, and ids
 * digit by digit into the chunk that goes to the file when it is full.
 */
export class RowWriter {
  #rows = 0
  #written = 0
  readonly #file: FileHandle
  readonly #text: Buffer
  readonly #starts: Int32Array
  readonly #key: number
  readonly #endsKey: number
  #chunk = Buffer.allocUnsafe(CHUNK)
  /** The chunk that is on its way to the file meanwhile. */
  #other = Buffer.allocUnsafe(CHUNK)
  #writing: Promise<unknown> = Promise.resolve()
  #at = 0
  #time = Buffer.alloc(0)

  /** `key` is the month's, `endsKey` the same for all months: sessions over a month's end keep their id. */
  constructor(file: FileHandle, catalogue: Catalogue, key: number, endsKey: number) {
    this.#file = file
    this.#text = catalogue.text
    this.#starts = catalogue.starts
    this.#key = key
    this.#endsKey = endsKey
    this.#at = this.#chunk.write(`${CSV_HEADER}\n`)
  }

  get rows(): number {
    return this.#rows
  }

  get bytes(): number {
    return this.#written + this.#at
  }

  get full(): boolean {
    return this.#at > CHUNK - ROOM
  }

  /** All rows from now on carry this second, counted from 1970. */
  at(second: number): void {
    this.#time = Buffer.from(`${new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`)
  }

  /** One event. The caller flushes whenever the chunk is full. */
  write(event: WaitingEvent, hasSession: boolean): void {
    const chunk = this.#chunk
    let at = this.#copy(this.#time, 0, this.#time.length, this.#at)
    const type = TYPES[event.type] as Buffer
    at = this.#copy(type, 0, type.length, at)
    at += this.#text.copy(
      chunk,
      at,
      this.#starts[event.product] as number,
      this.#starts[event.product + 1] as number,
    )
    chunk[at++] = COMMA
    let user = event.user
    for (let digit = at + 8; digit >= at; digit--) {
      const rest = Math.floor(user / 10)
      chunk[digit] = 48 + (user - rest * 10)
      user = rest
    }
    at += 9
    chunk[at++] = COMMA
    if (hasSession) at = this.#sessionId(event.session, at)
    chunk[at++] = LF
    this.#at = at
    this.#rows++
  }

  /** A line as it is, for faults. */
  line(bytes: Uint8Array): void {
    this.#at = this.#copy(bytes, 0, bytes.length, this.#at)
    this.#chunk[this.#at++] = LF
    this.#rows++
  }

  /** Hands the chunk to the file; the next one can be filled as soon as the one before is written. */
  async flush(): Promise<void> {
    await this.#writing
    // appendFile goes on after a short write, write does not.
    this.#writing = this.#file.appendFile(this.#chunk.subarray(0, this.#at))
    this.#writing.catch(() => {}) // whoever flushes or ends next gets the error
    const filled = this.#chunk
    this.#chunk = this.#other
    this.#other = filled
    this.#written += this.#at
    this.#at = 0
  }

  async end(): Promise<void> {
    await this.flush()
    await this.#writing
  }

  /** A loop beats Buffer.copy for short pieces. */
  #copy(from: Uint8Array, start: number, end: number, at: number): number {
    const chunk = this.#chunk
    for (let i = start; i < end; i++) chunk[at++] = from[i] as number
    return at
  }

  /** A version 4 UUID out of the session's number; four bijections of it, so that no two sessions share one. */
  #sessionId(session: number, at: number): number {
    const key = session < FIRST_END_SESSION ? this.#key : this.#endsKey
    const a = mix(session ^ key)
    const b = (mix(session + key) & 0xffff0fff) | 0x4000
    const c = (mix(session ^ Math.imul(key, 3)) & 0x3fffffff) | 0x80000000
    const d = mix(session + Math.imul(key, 5))
    let to = this.#hex(a, this.#hex(a >>> 16, at))
    this.#chunk[to++] = DASH
    to = this.#hex(b >>> 16, to)
    this.#chunk[to++] = DASH
    to = this.#hex(b, to)
    this.#chunk[to++] = DASH
    to = this.#hex(c >>> 16, to)
    this.#chunk[to++] = DASH
    return this.#hex(d, this.#hex(d >>> 16, this.#hex(c, to)))
  }

  /** The low 16 bits as four hexadecimal digits. */
  #hex(value: number, at: number): number {
    const high = (value >>> 8) & 255
    const low = value & 255
    const chunk = this.#chunk
    chunk[at] = HIGH[high] as number
    chunk[at + 1] = LOW[high] as number
    chunk[at + 2] = HIGH[low] as number
    chunk[at + 3] = LOW[low] as number
    return at + 4
  }
}
