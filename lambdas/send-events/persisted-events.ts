import { hourPartition, RAW } from '../../catalog/layout.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { listObjects } from '../shared/objects.ts'
import type { ReplayCursor, ReplayOrder } from '../shared/replay-documents.ts'
import { startOfHour } from '../shared/replay-hours.ts'
import { hourOf, Lane, type LaneObject, type TakenLine, TELLING, timeAt } from './lane.ts'
import { parseLine } from './persisted-line.ts'
import { firstLines } from './read-object.ts'

/** An hour is looked into so long before the others have come to its beginning: what was sent just before it may be there. */
const AHEAD_MS = 10 * 60_000

type Waiting = ReplayCursor['waiting'][number]

const objectOf = ({ key, writtenAt }: LaneObject): LaneObject => ({ key, writtenAt })
const byTime = (a: Waiting, b: Waiting): number => a.first - b.first || (a.key < b.key ? -1 : 1)

/**
 * All lines of a replay's hours, in the order of `txn_timestamp` over the objects, and in the order in which they were persisted
 * within each. Objects hold what shards had at the same time: one after the other they would make the time of the stream run
 * ahead with the first, and all others late. Only objects whose times overlap are open, so memory does not grow with the range.
 */
export class PersistedEvents {
  readonly #bucket: string
  readonly #hours: ReplayOrder['hours']
  /** Hours that have been looked into. */
  #looked: number
  #waiting: Waiting[]
  #open: Lane[]

  constructor(bucket: string, { hours }: Pick<ReplayOrder, 'hours'>, cursor: ReplayCursor) {
    this.#bucket = bucket
    this.#hours = hours
    this.#looked = cursor.hours
    this.#waiting = [...cursor.waiting]
    this.#open = cursor.open.map((one) => new Lane(bucket, objectOf(one), one))
  }

  /** Behind all lines that were taken. */
  get cursor(): ReplayCursor {
    return {
      hours: this.#looked,
      waiting: [...this.#waiting],
      open: this.#open.map(({ object, lines, time }) => ({ ...object, lines, time })),
    }
  }

  /** The next lines, at most so many, that begin within so many milliseconds of event time; none at the end alone. */
  async take(count: number, span = Number.POSITIVE_INFINITY): Promise<TakenLine[]> {
    const taken: TakenLine[] = []
    let end = Number.POSITIVE_INFINITY
    while (taken.length < count) {
      const lane = await this.#earliest()
      if (!lane || lane.time >= end) break
      if (taken.length === 0) end = lane.time + span
      const until = Math.min(this.#boundOf(lane), end)
      do taken.push(lane.take())
      while (taken.length < count && lane.isReady && lane.time < until)
    }
    return taken
  }

  /** The lane with the earliest next line, all that could have an earlier one being open. */
  async #earliest(): Promise<Lane | undefined> {
    for (;;) {
      for (const lane of this.#open)
        if (!lane.isReady && !(await lane.ready())) this.#open = this.#open.filter((other) => other !== lane)
      const lane = this.#open.reduce<Lane | undefined>(
        (first, one) => (!first || one.time < first.time ? one : first),
        undefined,
      )
      const time = lane?.time ?? this.#waiting[0]?.first
      if (time === undefined || this.#begin(this.#looked) - AHEAD_MS <= time) {
        if (await this.#lookIntoNext()) continue
        if (time === undefined) return undefined
      }
      const next = this.#waiting[0]
      if (!next || (lane && next.first > lane.time)) return lane
      this.#waiting.shift()
      this.#open.push(new Lane(this.#bucket, objectOf(next), { lines: 0, time: next.first }))
      this.#open.sort((a, b) => (a.object.key < b.object.key ? -1 : 1))
    }
  }

  /** Up to when nobody else can have an earlier line. */
  #boundOf(lane: Lane): number {
    return Math.min(
      ...this.#open.filter((other) => other !== lane).map(({ time }) => time),
      this.#waiting[0]?.first ?? Number.POSITIVE_INFINITY,
      this.#begin(this.#looked) - AHEAD_MS,
    )
  }

  #begin(at: number): number {
    const hour = this.#hours[at]
    return hour ? startOfHour(hour.hour) : Number.POSITIVE_INFINITY
  }

  /** Finds the objects of the next hour, and when each begins; false behind the last. */
  async #lookIntoNext(): Promise<boolean> {
    const next = this.#hours[this.#looked]
    if (!next) return false
    const files = await listObjects(this.#bucket, `${RAW.stream}${hourPartition(next.hour)}`)
    const found = await inParallel(
      files.filter(({ size }) => size > 0),
      8,
      async ({ key, modified }): Promise<Waiting> => {
        const first = await firstLines(this.#bucket, key, TELLING)
        const lines = first.map((bytes) => ({ parsed: parseLine(bytes) }))
        const begin = hourOf(key)
        const writtenAt = modified ? Date.parse(modified) : Number.MAX_SAFE_INTEGER
        return { key, writtenAt, first: timeAt(lines, 0, begin, begin) }
      },
    )
    this.#waiting = [...this.#waiting, ...found].sort(byTime)
    this.#looked++
    return true
  }
}
