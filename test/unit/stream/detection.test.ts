import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { detect } from '../../../bench/detect-hour.ts'
import { matchAlerts, scoreDetection } from '../../../bench/detection-score.ts'
import { RuleEngine } from '../../../local/stream/engine/rule-engine.ts'
import { simulationSource } from '../../../local/stream/simulation-source.ts'
import type { StreamEvent } from '../../../stream/events.ts'
import type { Finding } from '../../../stream/findings.ts'
import { RULES } from '../../../stream/rules/index.ts'
import { MINUTE, SECOND } from '../../../stream/rules/window.ts'
import { type AttackName, MAKE_ATTACK } from '../../../stream/simulator/attacks/index.ts'
import type { Label } from '../../../stream/simulator/simulated-event.ts'
import { timestampText } from '../../../stream/timestamp.ts'
import { START, streamEvent } from './stream-event.ts'

function alertsOf(events: readonly StreamEvent[]): Finding[] {
  const found: Finding[] = []
  const engine = new RuleEngine({ rules: RULES, emit: (finding) => found.push(finding) })
  engine.addShard('a')
  for (const [i, event] of events.entries()) engine.take('a', String(i), event)
  engine.drain()
  return found
}
const many = (count: number, make: (n: number) => Parameters<typeof streamEvent>[0]) =>
  Array.from({ length: count }, (_, n) => streamEvent(make(n)))

describe('a labelled hour of a small shop', () => {
  it('has all its attacks found at medium or higher, and nobody else alarmed about', async () => {
    const found = await detect(RULES, { seed: 7, from: Date.UTC(2019, 9, 1, 13), eventsPerSecond: 3 })
    const total = found.scores.at(-1)
    expect(total).toMatchObject({
      rule: 'all rules',
      attacks: 9,
      found: 9,
      recall: 1,
      precision: 1,
      onHardCases: 0,
    })
    expect(found.falseAlarms.map(({ id }) => id)).toEqual([])
    for (const { rule, recall } of found.scores.filter(({ attacks }) => attacks > 0))
      expect([rule, recall]).toEqual([rule, 1])
    // The rest of the window, the watermark's ten seconds, and an event that moves it.
    for (const { rule, ms } of found.delays) {
      const { slide } = RULES.find(({ id }) => id === rule)?.window ?? { slide: 0 }
      expect(ms).toBeGreaterThan(0)
      expect(ms).toBeLessThanOrEqual(slide + 12 * SECOND)
    }
  })
})

describe('the real sample', () => {
  const SAMPLE = path.resolve(import.meta.dirname, '../../../../shared/data/2019-Oct-sample.csv')

  const replayed = async (attacks: Parameters<typeof simulationSource>[0]['attacks']) => {
    const events: StreamEvent[] = []
    const labels = new Set<Label | undefined>()
    const options = { seed: 1, file: SAMPLE, from: 0, eventsPerSecond: 1, attacks }
    for await (const { label, ...event } of await simulationSource(options)) {
      labels.add(label)
      events.push({ ...event, txn_timestamp: timestampText(event.time) })
    }
    const called = alertsOf(events).filter(({ severity }) => severity !== 'low')
    return { events, called, users: [...labels].flatMap((label) => label?.users ?? []) }
  }

  it.skipIf(!existsSync(SAMPLE))(
    'alarms about nothing, and with a flood in it about the flood alone',
    async () => {
      expect((await replayed([])).called).toEqual([])
      const { events, called, users } = await replayed([{ name: 'single-user-flood', after: 5 * MINUTE }])
      expect(events).toHaveLength(1000 + 1200)
      expect(called.map(({ rule, user_id, severity }) => [rule, user_id, severity])).toEqual(
        Array.from({ length: 6 }, () => ['high-event-volume', users[0], 'high']),
      )
    },
  )

  it.skipIf(!existsSync(SAMPLE)).each(Object.keys(MAKE_ATTACK) as AttackName[])(
    'is thin traffic, in which %s alarms all the same, by rules that look for it',
    async (name) => {
      const { called } = await replayed([{ name, after: 5 * MINUTE }])
      const rules = new Set(called.map(({ rule }) => rule))
      const looking = RULES.filter(({ finds }) => finds.includes(name)).map(({ id }) => id)
      expect(rules.size).toBeGreaterThan(0)
      expect([...rules].filter((rule) => !looking.includes(rule))).toEqual([])
    },
  )
})

describe('the reference rule', () => {
  const severities = (events: StreamEvent[]) =>
    alertsOf(events).flatMap(({ rule, severity }) => (rule === 'high-event-volume' ? [severity] : []))

  it('lets five actions in ten seconds pass, notes the sixth, and alarms at the eleventh', () => {
    const views = (count: number) => many(count, (n) => ({ at: n * 500, product_id: BigInt(n) }))
    expect(severities(views(5))).toEqual([])
    expect(severities(views(6))).toEqual(['low'])
    expect(severities(views(10))).toEqual(['low'])
    expect(severities(views(11))).toEqual(['high'])
  })

  it('counts what was done, not lines: a basket of 46 is one action, of one product or of many', () => {
    for (const product_id of [() => 1n, (n: number) => BigInt(n)])
      expect(
        severities(many(46, (n) => ({ at: n * 20, event_type: 'purchase', product_id: product_id(n) }))),
      ).toEqual([])
    expect(severities(many(78, () => ({ event_type: 'cart' })))).toEqual([])
  })
})

describe('the same page again and again', () => {
  const alarms = (events: StreamEvent[]) =>
    alertsOf(events).map(({ rule, severity }) => `${rule} ${severity}`)

  it('is an alarm from thirty requests a second on, though it is one action a second', () => {
    expect(alarms(many(300, (n) => ({ at: n * 30 })))).toEqual(['high-event-volume low'])
    expect(alarms(many(301, (n) => ({ at: n * 30 })))).toEqual([
      'high-event-volume low',
      'request-flood medium',
    ])
    const carts = many(601, (n) => ({ at: n * 15, event_type: n % 2 ? 'cart' : 'view' }))
    expect(alarms(carts)).toContain('request-flood high')
  })

  it('is none of the lines of an order, however many', () => {
    const lines = many(500, (n) => ({ at: n, event_type: 'purchase', product_id: BigInt(n) }))
    expect(alarms(lines)).toEqual([])
  })
})

describe('conversion', () => {
  /** Sessions of `minutes`, forty a minute, of which each `buys`-th buys. */
  const sessions = (from: number, minutes: number, buys: number) =>
    many(minutes * 40, (n) => ({
      at: from * MINUTE + n * 1500,
      user_id: BigInt(from * 100_000 + n),
      user_session: `${from}-${n}`,
      event_type: n % buys === 0 ? 'purchase' : 'view',
    }))
  const drops = (events: StreamEvent[]) => alertsOf(events).filter(({ rule }) => rule === 'conversion-drop')

  it('is told of when it falls below a tenth of the hour before', () => {
    const [alert, ...more] = drops([...sessions(0, 30, 10), ...sessions(30, 5, 1000), ...sessions(35, 5, 10)])
    expect(more).toEqual([])
    expect(alert).toMatchObject({
      key_value: 'all',
      window_start: '2019-10-01 00:30:00',
      window_end: '2019-10-01 00:35:00',
      measure: 'level',
      measure_value: 500n,
      severity: 'high',
      threshold: 1000n,
      details: { orders: 1n, sessions: 200n, orders_before: 120n, sessions_before: 1200n },
    })
  })

  it('is not when it falls to a fifth, when there is too little traffic, or too little before', () => {
    expect(drops([...sessions(0, 30, 10), ...sessions(30, 5, 50)])).toEqual([])
    expect(drops([...sessions(0, 30, 100), ...sessions(30, 5, 1000)])).toEqual([])
    expect(drops([...sessions(0, 10, 10), ...sessions(10, 5, 1000)])).toEqual([])
  })
})

describe('a score', () => {
  const label = (kind: Label['kind'], user: bigint): Label => ({
    kind,
    name: 'slow-crawler',
    users: [user],
    products: [],
    categories: [],
  })
  const alert = (key_value: string, at: number): Finding => ({
    id: '',
    record: 'alert',
    rule: 'slow-crawler',
    key_column: 'user_id',
    key_value,
    window_start: new Date(START + at).toISOString().slice(0, 19).replace('T', ' '),
    window_end: new Date(START + at + MINUTE).toISOString().slice(0, 19).replace('T', ' '),
    measure: '',
    measure_value: 0n,
    severity: 'high',
    threshold: 0n,
    details: {},
    user_id: null,
    num_actions_per_watermark: null,
  })
  const spans = [
    { label: label('attack', 1n), from: START, to: START + 10 * SECOND },
    { label: label('attack', 2n), from: START, to: START + 10 * SECOND },
    { label: label('hard-case', 3n), from: START, to: START + 10 * SECOND },
  ]

  it('tells right alarms from false ones, by key and by time', () => {
    const alerts = [alert('1', 0), alert('1', 2 * MINUTE), alert('3', 0), alert('9', 0)]
    const matched = matchAlerts(alerts, spans)
    expect(matched.map(({ span }) => span?.label.kind)).toEqual(['attack', undefined, 'hard-case', undefined])
    const rules = RULES.filter(({ id }) => id === 'slow-crawler')
    expect(scoreDetection(rules, matched, spans)[0]).toEqual({
      rule: 'slow-crawler',
      alerts: 4,
      precision: 0.25,
      attacks: 2,
      found: 1,
      recall: 0.5,
      falseAlarms: 3,
      onHardCases: 1,
    })
  })
})
