import { describe, expect, it } from 'vitest'
import type { SEVERITIES } from '../../../../catalog/stream.ts'
import type { Finding } from '../../../../stream/findings.ts'
import { ATTACKS } from '../../../../stream/rules/attack.ts'
import { highEventVolume } from '../../../../stream/rules/high-event-volume.ts'
import { RULES } from '../../../../stream/rules/index.ts'
import { events } from '../../../../stream/rules/measure.ts'
import { judgedMeasure, type Rule, thresholdRule, trailingRule } from '../../../../stream/rules/rule.ts'
import { duration, figure, money, percent } from '../../../../stream/rules/spoken.ts'
import { HOUR, hopping, MINUTE, SECOND, tumbling } from '../../../../stream/rules/window.ts'
import { timestampText } from '../../../../stream/timestamp.ts'
import { START } from '../stream-event.ts'

/** An alert as the rule would give it, with round figures. */
const alertOf = (rule: Rule): Finding => ({
  id: '',
  record: 'alert',
  rule: rule.id,
  key_column: rule.key,
  key_value: '42',
  window_start: timestampText(START),
  window_end: timestampText(START + rule.window.size),
  measure: judgedMeasure(rule),
  measure_value: 1234n,
  severity: 'high',
  threshold: 10n,
  details: Object.fromEntries(Object.keys(rule.measures).map((name) => [name, 56_789n])),
  user_id: null,
  num_actions_per_watermark: null,
})

describe('the rules', () => {
  it('have the reference rule with its numbers', () => {
    expect(highEventVolume).toMatchObject({
      key: 'user_id',
      window: { size: 10 * SECOND, slide: 10 * SECOND },
      thresholds: { low: 5, high: 10 },
    })
  })

  it('find every attack between them, and alarm for it', () => {
    const found = new Set(RULES.flatMap(({ finds }) => finds))
    expect([...found].toSorted()).toEqual(ATTACKS.toSorted())
    for (const { thresholds } of RULES) expect(Object.keys(thresholds)).toContain('high')
  })

  it('have ids of their own', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length)
  })

  it('tell what happened and what to do', async () => {
    const told = RULES.map((rule) => {
      const { happened, todo } = rule.tell(alertOf(rule))
      return `${rule.id}\n  ${happened}\n  ${todo}\n`
    })
    await expect(told.join('\n')).toMatchFileSnapshot('golden/told.txt')
  })
})

describe('what makes no rule', () => {
  const tell = () => ({ happened: '', todo: '' })
  const threshold = (thresholds: Partial<Record<(typeof SEVERITIES)[number], number>>) =>
    thresholdRule({
      id: 'r',
      key: 'all',
      window: tumbling(MINUTE),
      measures: { events: events() },
      judged: 'events',
      thresholds,
      finds: [],
      tell,
    })
  const trailing = (change: {
    trailing?: number
    slide?: number
    thresholds?: { low?: number; high?: number }
  }) =>
    trailingRule({
      id: 't',
      key: 'all',
      window: hopping(MINUTE, change.slide ?? MINUTE),
      measures: { a: events(), b: events() },
      part: 'a',
      of: 'b',
      trailing: change.trailing ?? HOUR,
      windowsAtLeast: 1,
      expectedAtLeast: 1,
      thresholds: change.thresholds ?? { low: 5000, high: 1000 },
      finds: [],
      tell,
    })

  it.each([
    ['no threshold', () => threshold({}), 'Rule r has no threshold'],
    ['a negative one', () => threshold({ high: -1 }), 'whole numbers, not -1'],
    ['half a one', () => threshold({ high: 1.5 }), 'whole numbers, not 1.5'],
    [
      'a medium above high',
      () => threshold({ medium: 20, high: 10 }),
      'have to be ascending, they are 20, 10',
    ],
    ['equal ones', () => threshold({ medium: 10, high: 10 }), 'have to be ascending'],
    [
      'a fall whose high is higher',
      () => trailing({ thresholds: { low: 1, high: 2 } }),
      'have to be descending',
    ],
    [
      'a fall over windows that overlap',
      () => trailing({ slide: SECOND }),
      'one tumbling window to the next',
    ],
    ['half a window before', () => trailing({ trailing: 90 * SECOND }), 'no multiple of its window'],
    ['a window of half a second', () => tumbling(500), 'whole seconds'],
    [
      'a window that is no multiple of its slide',
      () => hopping(MINUTE, 25 * SECOND),
      'multiple of the second',
    ],
    ['a window of nothing', () => tumbling(0), 'whole seconds'],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(message)
  })
})

describe('figures for people', () => {
  it.each([
    [SECOND, 'a second'],
    [10 * SECOND, '10 seconds'],
    [90 * SECOND, '90 seconds'],
    [MINUTE, 'a minute'],
    [5 * MINUTE, '5 minutes'],
    [HOUR, 'an hour'],
    [2 * HOUR, '2 hours'],
  ])('%i ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  it('have units', () => {
    expect(money(123_456_789n)).toBe('1,234,567.89')
    expect(money()).toBe('0.00')
    expect(percent(1250n)).toBe('12.5 %')
    const rule = (id: string) => RULES.find((one) => one.id === id)
    expect(figure(rule('product-flood'), 7409n)).toBe('74.09 %')
    expect(figure(rule('conversion-drop'), 500n)).toBe('5 %')
    expect(figure(rule('high-event-volume'), 1200n)).toBe('1,200')
    expect(figure(undefined, 7n)).toBe('7')
  })
})
