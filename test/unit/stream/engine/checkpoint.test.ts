import { describe, expect, it } from 'vitest'
import { type EngineCheckpoint, engineCheckpoint } from '../../../../local/stream/engine/checkpoint.ts'
import { isAfter, Positions } from '../../../../local/stream/engine/positions.ts'
import { RuleEngine } from '../../../../local/stream/engine/rule-engine.ts'
import { findingJson } from '../../../../stream/findings.ts'
import { KPIS } from '../../../../stream/kpis/index.ts'
import { MINUTE } from '../../../../stream/rules/window.ts'
import { LOW_RULES } from './low-rules.ts'
import { randomTraffic } from './random-traffic.ts'
import type { Taken } from './reference.ts'

const SHARDS = ['a', 'b']
const LAST = Number.MAX_SAFE_INTEGER

/** A shard's records in their order, as a stream keeps them. */
const log = (taken: readonly Taken[]) => {
  const shards = new Map(SHARDS.map((shard) => [shard, [] as { sequence: string; taken: Taken }[]]))
  taken.forEach((one, i) => {
    shards.get(one.shard)?.push({ sequence: String(i + 1), taken: one })
  })
  return shards
}

/** Reads a stream with an engine from where a checkpoint says, so many records a shard in turn. */
class Reader {
  readonly engine: RuleEngine
  readonly emitted: string[] = []
  readonly #left: Map<string, { sequence: string; taken: Taken }[]>

  constructor(shards: ReturnType<typeof log>, checkpoint?: EngineCheckpoint) {
    this.engine = new RuleEngine({
      rules: LOW_RULES,
      kpis: KPIS,
      emit: (finding) => this.emitted.push(findingJson(finding)),
      ...(checkpoint && { checkpoint }),
    })
    this.#left = new Map(
      Array.from(shards, ([shard, records]) => {
        const after = this.engine.addShard(shard)
        return [shard, records.filter(({ sequence }) => after === null || isAfter(sequence, after))]
      }),
    )
  }

  /** Reads in the order of the stream as a whole; false where there is nothing left. */
  next(): boolean {
    const [first] = [...this.#left.values()]
      .flatMap((records) => records.slice(0, 1))
      .toSorted((a, b) => Number(a.sequence) - Number(b.sequence))
    if (!first) {
      for (const shard of SHARDS) this.engine.caughtUp(shard)
      return false
    }
    this.#left.get(first.taken.shard)?.shift()
    this.engine.take(first.taken.shard, first.sequence, first.taken.event)
    return true
  }
}

/** As a file would bring it back. */
const stored = (checkpoint: EngineCheckpoint): EngineCheckpoint =>
  engineCheckpoint.parse(JSON.parse(JSON.stringify(checkpoint)))

describe('an engine that was killed', () => {
  it.each([1, 2, 3, 4])(
    'finds the same after it, each thing once or again with the same text (%i)',
    (seed) => {
      const taken = randomTraffic(seed, { shards: SHARDS, events: 1500, span: 40 * MINUTE })
      const whole = new Reader(log(taken))
      while (whole.next());
      whole.engine.drain()

      const downstream = new Set<string>()
      let checkpoint: EngineCheckpoint | undefined
      let read = 0
      let again = 0
      for (const lives of [300, 5, 700, 400, LAST]) {
        const reader = new Reader(log(taken), checkpoint)
        for (let n = 0; n < lives && reader.next(); n++) {
          read++
          // Now and then what was found is handed on and a checkpoint taken; what comes after it is lost with the process.
          if (n % 37 === 36 || lives === LAST) checkpoint = stored(reader.engine.checkpoint())
        }
        if (lives === LAST) {
          while (reader.next());
          reader.engine.drain()
          expect(reader.engine.counts.read).toBe(taken.length)
          expect(reader.engine.counts.late).toBe(whole.engine.counts.late)
          expect(reader.engine.counts.lateByWindow).toEqual(whole.engine.counts.lateByWindow)
        }
        for (const text of reader.emitted) {
          if (downstream.has(text)) again++
          downstream.add(text)
        }
      }
      expect([...downstream].toSorted()).toEqual(whole.emitted.toSorted())
      // It reads again what open windows need, not all.
      expect(read).toBeGreaterThan(taken.length)
      expect(read).toBeLessThan(3 * taken.length)
      expect(again).toBeGreaterThan(0)
    },
  )

  it('closes no window before all shards are where they were', () => {
    const taken = randomTraffic(5, { shards: SHARDS, events: 400 })
    const before = new Reader(log(taken))
    for (let n = 0; n < 200; n++) before.next()
    const checkpoint = stored(before.engine.checkpoint())
    const after = new Reader(log(taken), checkpoint)
    expect(after.engine.rebuilding).toBe(true)
    expect(after.engine.shards).toEqual(SHARDS)
    while (after.engine.rebuilding) {
      expect(after.emitted).toEqual([])
      after.next()
    }
    expect(after.engine.watermark).toBeGreaterThanOrEqual(checkpoint.watermark as number)
  })

  it('keeps a closed shard as long as open windows have events of it', () => {
    const taken = randomTraffic(6, { shards: SHARDS, events: 400 })
    const reader = new Reader(log(taken))
    for (let n = 0; n < 150; n++) reader.next()
    reader.engine.removeShard('a')
    expect(Object.keys(reader.engine.checkpoint().shards)).toEqual(SHARDS)
    expect(reader.engine.shards).toEqual(['b'])
    const last = Math.max(...taken.map(({ event }) => event.time))
    const { event } = taken[0] as Taken
    reader.engine.take('b', '1000000', { ...event, time: last + 3_600_000 })
    expect(Object.keys(reader.engine.checkpoint().shards)).toEqual(['b'])
  })

  it('says nothing of shards that it does not know', () => {
    const engine = new RuleEngine({ rules: LOW_RULES, emit: () => {} })
    expect(() => engine.take('x', '1', (randomTraffic(1)[0] as Taken).event)).toThrow(
      'Shard x is not read here',
    )
    expect(engine.checkpoint()).toMatchObject({ watermark: null, shards: {} })
  })
})

describe('a position', () => {
  it('compares sequence numbers as numbers', () => {
    expect(isAfter('9', '10')).toBe(false)
    expect(isAfter('10', '9')).toBe(true)
    expect(isAfter('11', '11')).toBe(false)
  })

  it('goes on where open windows begin', () => {
    const positions = new Positions()
    expect(positions.at(0)).toEqual({ read: null, rebuildFrom: null })
    for (let n = 1; n <= 2000; n++) positions.saw(String(n), n)
    expect(positions.at(0)).toEqual({ read: '2000', rebuildFrom: null })
    expect(positions.at(1250)).toEqual({ read: '2000', rebuildFrom: '1200' })
    expect(positions.at(5000)).toEqual({ read: '2000', rebuildFrom: '2000' })
  })

  it('never begins within an aggregated record', () => {
    const positions = new Positions()
    for (let n = 1; n <= 99; n++) positions.saw(String(n), 1)
    for (let part = 0; part < 10; part++) positions.saw('100', 2)
    positions.saw('101', 9)
    expect(positions.at(2)).toEqual({ read: '101', rebuildFrom: null })
    expect(positions.at(9)).toEqual({ read: '101', rebuildFrom: '100' })
  })
})
