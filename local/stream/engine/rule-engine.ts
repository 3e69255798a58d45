import type { StreamEvent } from '../../../stream/events.ts'
import type { Finding } from '../../../stream/findings.ts'
import type { Kpi } from '../../../stream/kpis/kpi.ts'
import type { Rule } from '../../../stream/rules/rule.ts'
import { TIME } from '../../../stream/time-settings.ts'
import type { EngineCheckpoint } from './checkpoint.ts'
import { Groups } from './groups.ts'
import { isAfter, Positions } from './positions.ts'
import { PreparedEvent } from './prepared-event.ts'
import { Watermarks } from './watermarks.ts'

export interface RuleEngineOptions {
  readonly rules: readonly Rule[]
  readonly kpis?: readonly Kpi[]
  /** Called while events are taken, as windows close. */
  readonly emit: (finding: Finding) => void
  readonly time?: { readonly outOfOrderness: number; readonly idleAfter: number }
  /** Goes on where an engine with the same rules had come to. */
  readonly checkpoint?: EngineCheckpoint
}

interface ReadShard {
  readonly positions: Positions
  /** The last record that had been read before the restart, as long as it is not reached again. */
  rebuildTo: string | undefined
  /** Read to its end: it is kept as long as open windows have events of it. */
  closed: boolean
}

/**
 * The rules on one process: what Flink does with the SQL made from them. It reads nothing itself: whoever does gives it each
 * shard's records in their order, and looks after the clock with `tick`.
 */
export class RuleEngine {
  readonly #groups: Groups
  readonly #watermarks: Watermarks
  readonly #shards = new Map<string, ReadShard>()
  readonly #event = new PreparedEvent()
  readonly #former: EngineCheckpoint | undefined
  #read = 0
  #late = 0
  #findings = 0

  constructor({ rules, kpis = [], emit, time = TIME, checkpoint }: RuleEngineOptions) {
    this.#former = checkpoint
    const watermark = checkpoint?.watermark ?? Number.NEGATIVE_INFINITY
    this.#watermarks = new Watermarks({ ...time, watermark })
    this.#groups = new Groups({
      rules,
      kpis,
      watermark,
      ...(checkpoint && { checkpoint }),
      emit: (finding) => {
        this.#findings++
        emit(finding)
      },
    })
    if (!checkpoint) return
    this.#read = checkpoint.counts.read
    this.#late = checkpoint.counts.late
    this.#findings = checkpoint.counts.findings
    // All of them hold the watermark until they are read again, whenever their reader adds them.
    for (const shard of Object.keys(checkpoint.shards)) this.#restore(shard)
  }

  /** Starts a shard. Gives the sequence number after which to read; null: where reading begins. */
  addShard(shard: string): string | null {
    if (!this.#shards.has(shard)) {
      this.#shards.set(shard, { positions: new Positions(), rebuildTo: undefined, closed: false })
      this.#watermarks.add(shard)
    }
    return this.#former?.shards[shard]?.rebuildFrom ?? null
  }

  /** A shard that was closed and read to its end. */
  removeShard(shard: string): void {
    const at = this.#shard(shard)
    at.closed = true
    at.rebuildTo = undefined
    if (this.#watermarks.remove(shard)) this.#advance()
  }

  /**
   * Takes the next record of a shard, which arrived at that time in milliseconds since 1970. An event of a clock that is fast counts
   * in the windows of its own time; the watermark goes no further than the arrival, as others' clocks are right.
   */
  take(shard: string, sequenceNumber: string, event: StreamEvent, arrived = Number.POSITIVE_INFINITY): void {
    const at = this.#shard(shard)
    const again = this.#isAgain(shard, at, sequenceNumber)
    at.positions.saw(sequenceNumber, event.time)
    this.#event.load(event)
    const counted = this.#groups.add(this.#event, this.#watermarks.combined, !again)
    if (again) return
    this.#read++
    if (!counted) this.#late++
    if (this.#watermarks.saw(shard, Math.min(event.time, arrived))) this.#advance()
  }

  /** Passes a record that is no event: a dead letter. */
  skip(shard: string, sequenceNumber: string): void {
    const at = this.#shard(shard)
    this.#isAgain(shard, at, sequenceNumber)
    at.positions.saw(sequenceNumber, Number.NEGATIVE_INFINITY)
  }

  /** The reader has come to the shard's end: nothing is left to read again. */
  caughtUp(shard: string): void {
    const at = this.#shard(shard)
    if (at.rebuildTo !== undefined) this.#rebuilt(shard, at)
  }

  /** Looks at the clock, in milliseconds: shards without events for too long no longer hold the others. */
  tick(now: number): void {
    if (this.#watermarks.tick(now)) this.#advance()
  }

  /** Closes all windows: the input has an end. */
  drain(): void {
    this.#groups.advance(Number.POSITIVE_INFINITY)
  }

  /** How far a shard is ahead of the watermark, in milliseconds: a reader that waits for the others keeps the state small. */
  aheadOf(shard: string): number {
    const { combined } = this.#watermarks
    // Before all have begun there is nobody to wait for.
    return Number.isFinite(combined) ? this.#watermarks.of(shard) - combined : 0
  }

  /** Those that are read, or were before the restart: a reader that finds one of them gone has to remove it. */
  get shards(): string[] {
    return Array.from(
      this.#shards.entries().filter(([, { closed }]) => !closed),
      ([shard]) => shard,
    )
  }

  get watermark(): number {
    return this.#watermarks.combined
  }

  get rebuilding(): boolean {
    return this.#shards.values().some(({ rebuildTo }) => rebuildTo !== undefined)
  }

  /** Events that were taken; those of them that no window took; what was found; and keys that are held in open windows. */
  get counts() {
    return {
      read: this.#read,
      late: this.#late,
      lateByWindow: this.#groups.late(),
      findings: this.#findings,
      entries: this.#groups.entries,
    }
  }

  /** What to keep once all that was found so far is safely handed on. */
  checkpoint(): EngineCheckpoint {
    const finite = (value: number) => (Number.isFinite(value) ? value : null)
    const horizon = this.#watermarks.combined - this.#groups.longest
    const { entries: _, ...counts } = this.counts
    const shards = Array.from(this.#shards, ([shard, at]) => {
      const { read, rebuildFrom } = at.positions.at(horizon)
      const watermark = at.closed ? null : finite(this.#watermarks.of(shard))
      return [shard, { read: at.rebuildTo ?? read, rebuildFrom, watermark }] as const
    })
    const needed = shards.filter(([shard, { read, rebuildFrom }]) => {
      const gone = this.#shard(shard).closed && read === rebuildFrom
      if (gone) this.#shards.delete(shard)
      return !gone
    })
    return {
      version: 1,
      watermark: finite(this.#watermarks.combined),
      shards: Object.fromEntries(needed),
      levels: this.#groups.levels(),
      counts,
    }
  }

  #restore(shard: string): void {
    const { read = null, rebuildFrom = null, watermark } = this.#former?.shards[shard] ?? {}
    const rebuilding = read !== null && read !== rebuildFrom
    this.#shards.set(shard, {
      positions: new Positions(rebuildFrom),
      rebuildTo: rebuilding ? read : undefined,
      closed: false,
    })
    this.#watermarks.add(shard, { rebuilding, ...(typeof watermark === 'number' && { watermark }) })
  }

  #isAgain(shard: string, at: ReadShard, sequenceNumber: string): boolean {
    if (at.rebuildTo === undefined) return false
    if (!isAfter(sequenceNumber, at.rebuildTo)) return true
    this.#rebuilt(shard, at)
    return false
  }

  #rebuilt(shard: string, at: ReadShard): void {
    at.rebuildTo = undefined
    if (this.#watermarks.rebuilt(shard)) this.#advance()
  }

  #advance(): void {
    this.#groups.advance(this.#watermarks.combined)
  }

  #shard(id: string): ReadShard {
    const shard = this.#shards.get(id)
    if (!shard) throw new RangeError(`Shard ${id} is not read here: add it first.`)
    return shard
  }
}
