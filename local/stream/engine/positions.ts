/** How far a shard was read, and from where a restart has to read again. Positions are exclusive: reading goes on after them. */
export interface ShardPosition {
  /** The last record that is part of the state; null where none was read. */
  readonly read: string | null
  /** Where open windows begin: what lies before is needed no more. Null: where the reader began. */
  readonly rebuildFrom: string | null
}

/** A stretch of records: what was read before it, and the latest time in it. */
interface Stretch {
  readonly after: string | null
  latest: number
  records: number
}

const RECORDS_A_STRETCH = 100

/** Sequence numbers are numbers of many digits, without leading zeros. */
export const isAfter = (a: string, b: string): boolean =>
  a.length === b.length ? a > b : a.length > b.length

/**
 * Where a shard's open windows begin. State is not written to a checkpoint: the stream itself keeps it, since all of it comes from
 * the last minutes of events. A restart reads those again (docs/adr/0040).
 */
export class Positions {
  #read: string | null
  readonly #stretches: Stretch[] = []

  constructor(start: string | null = null) {
    this.#read = start
  }

  /** A record was read, with an event of that time or without one. */
  saw(sequenceNumber: string, time: number): void {
    let last = this.#stretches.at(-1)
    // The parts of an aggregated record have one sequence number: a stretch never begins between them.
    if (!last || (last.records >= RECORDS_A_STRETCH && sequenceNumber !== this.#read)) {
      last = { after: this.#read, latest: time, records: 0 }
      this.#stretches.push(last)
    }
    last.latest = Math.max(last.latest, time)
    last.records++
    this.#read = sequenceNumber
  }

  /** The position, where no event before `horizon` is in an open window any more. */
  at(horizon: number): ShardPosition {
    const needed = this.#stretches.findIndex(({ latest }) => latest >= horizon)
    this.#stretches.splice(0, needed < 0 ? this.#stretches.length : needed)
    const first = this.#stretches[0]
    return { read: this.#read, rebuildFrom: first ? first.after : this.#read }
  }
}
