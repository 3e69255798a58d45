/** One event that waits for its second. */
export interface WaitingEvent {
  type: number
  product: number
  user: number
  /** Number of the session, from which its id is made. */
  session: number
}

const NONE = -1

/**
 * Events of sessions that overlap, in the order of their seconds: a queue per second of the month over one pool whose
 * places are used again. It holds what begun sessions still have to do, not the month.
 */
export class Timeline {
  readonly #first: Int32Array
  readonly #last: Int32Array
  #next = new Int32Array(0)
  #types = new Uint8Array(0)
  #products = new Int32Array(0)
  #users = new Int32Array(0)
  #sessions = new Int32Array(0)
  #free = NONE

  constructor(seconds: number) {
    this.#first = new Int32Array(seconds).fill(NONE)
    this.#last = new Int32Array(seconds).fill(NONE)
  }

  add(second: number, type: number, product: number, user: number, session: number): void {
    if (this.#free === NONE) this.#grow()
    const place = this.#free
    this.#free = this.#next[place] as number
    this.#next[place] = NONE
    this.#types[place] = type
    this.#products[place] = product
    this.#users[place] = user
    this.#sessions[place] = session
    const last = this.#last[second] as number
    if (last === NONE) this.#first[second] = place
    else this.#next[last] = place
    this.#last[second] = place
  }

  /** Takes the next event of a second into `event`; false where there is none any more. */
  take(second: number, event: WaitingEvent): boolean {
    const place = this.#first[second] as number
    if (place === NONE) return false
    const after = this.#next[place] as number
    this.#first[second] = after
    if (after === NONE) this.#last[second] = NONE
    event.type = this.#types[place] as number
    event.product = this.#products[place] as number
    event.user = this.#users[place] as number
    event.session = this.#sessions[place] as number
    this.#next[place] = this.#free
    this.#free = place
    return true
  }

  #grow(): void {
    const from = this.#next.length
    const size = Math.max(4096, from * 2)
    const copy = <T extends Int32Array | Uint8Array>(old: T, grown: T): T => {
      grown.set(old)
      return grown
    }
    this.#next = copy(this.#next, new Int32Array(size))
    this.#types = copy(this.#types, new Uint8Array(size))
    this.#products = copy(this.#products, new Int32Array(size))
    this.#users = copy(this.#users, new Int32Array(size))
    this.#sessions = copy(this.#sessions, new Int32Array(size))
    for (let place = from; place < size; place++) this.#next[place] = place + 1 < size ? place + 1 : NONE
    this.#free = from
  }
}
