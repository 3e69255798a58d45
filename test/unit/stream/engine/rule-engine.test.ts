import { describe, expect, it } from 'vitest'
import { RuleEngine } from '../../../../local/stream/engine/rule-engine.ts'
import { type Finding, findingJson } from '../../../../stream/findings.ts'
import { KPIS } from '../../../../stream/kpis/index.ts'
import { TIME } from '../../../../stream/time-settings.ts'
import { LOW_RULES } from './low-rules.ts'
import { randomTraffic } from './random-traffic.ts'
import { reference, type Taken } from './reference.ts'

const SHARDS = ['a', 'b', 'c']
const texts = (findings: readonly Finding[]) => findings.map(findingJson).toSorted()

function evaluate(taken: readonly Taken[], shards: readonly string[]) {
  const findings: Finding[] = []
  const engine = new RuleEngine({ rules: LOW_RULES, kpis: KPIS, emit: (finding) => findings.push(finding) })
  for (const shard of shards) engine.addShard(shard)
  taken.forEach(({ shard, event }, i) => {
    engine.take(shard, String(i), event)
  })
  engine.drain()
  return { findings, engine }
}

describe('the rule engine', () => {
  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    'finds what a list of each window’s events shows, with late events and shards apart (%i)',
    (seed) => {
      const shards = SHARDS.slice(0, 1 + (seed % 3))
      const taken = randomTraffic(seed, { shards })
      const expected = reference(taken, { rules: LOW_RULES, kpis: KPIS, shards, lag: TIME.outOfOrderness })
      const { findings, engine } = evaluate(taken, shards)
      expect(texts(findings)).toEqual(texts(expected.findings))
      expect(engine.counts.read).toBe(taken.length)
      expect(engine.counts.lateByWindow['user_id, 10 seconds']).toBe(expected.late['events-of-user_id-short'])
      expect(engine.counts.lateByWindow['all, 5 minutes every a minute']).toBe(
        expected.late['events-of-all-hopping'],
      )
      expect(engine.counts.entries).toBe(0)
    },
  )
})
