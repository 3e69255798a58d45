import { describe, expect, it } from 'vitest'
import { RULES } from '../../../../stream/rules/index.ts'
import { configuredRules, detectionSettings } from '../../../../stream/rules/settings.ts'
import { HOUR, MINUTE, SECOND } from '../../../../stream/rules/window.ts'

const configured = (id: string, settings: unknown) =>
  configuredRules(detectionSettings.parse({ [id]: settings })).find((rule) => rule.id === id)

describe('an environment’s detection', () => {
  it('is the rules’ own where nothing is set', () => {
    expect(JSON.stringify(configuredRules())).toBe(JSON.stringify(RULES))
  })

  it('has thresholds of its own, and leaves the other rules alone', () => {
    const rules = configuredRules(
      detectionSettings.parse({ 'slow-crawler': { thresholds: { medium: 100 } } }),
    )
    expect(rules.find(({ id }) => id === 'slow-crawler')?.thresholds).toEqual({
      low: 50,
      medium: 100,
      high: 150,
    })
    expect(rules.find(({ id }) => id === 'high-event-volume')?.thresholds).toEqual({ low: 5, high: 10 })
  })

  it('leaves a severity out with null', () => {
    expect(configured('high-event-volume', { thresholds: { low: null } })?.thresholds).toEqual({ high: 10 })
  })

  it('has windows of its own: a tumbling one stays tumbling', () => {
    expect(configured('high-event-volume', { windowSeconds: 30 })?.window).toEqual({
      size: 30 * SECOND,
      slide: 30 * SECOND,
    })
    expect(configured('slow-crawler', { windowSeconds: 600, slideSeconds: 120 })?.window).toEqual({
      size: 10 * MINUTE,
      slide: 2 * MINUTE,
    })
  })

  it('says how much traffic a rule needs', () => {
    expect(configured('product-flood', { atLeast: { users: 100 } })).toMatchObject({
      atLeast: { events: 100, users: 100 },
    })
    expect(configured('conversion-drop', { expectedAtLeast: 50, trailingSeconds: 7200 })).toMatchObject({
      expectedAtLeast: 50,
      trailing: 2 * HOUR,
    })
  })

  it.each([
    ['a rule that does not exist', { crawler: {} }],
    ['a setting that does not exist', { 'slow-crawler': { threshold: 5 } }],
    ['a threshold that is no whole number', { 'slow-crawler': { thresholds: { high: 1.5 } } }],
  ])('is refused with %s', (_name, settings) => {
    expect(detectionSettings.safeParse(settings).success).toBe(false)
  })

  it('is refused where its numbers make no sense together', () => {
    expect(() => configured('slow-crawler', { thresholds: { medium: 20 } })).toThrow('ascending')
    expect(() => configured('slow-crawler', { slideSeconds: 7 })).toThrow('multiple')
    expect(() => configured('product-flood', { atLeast: { sessions: 1 } })).toThrow(
      'Rule product-flood has no measure sessions: it has share, events, users',
    )
  })
})
