import { describe, expect, it } from 'vitest'
import { SEVERITIES } from '../../../../catalog/stream.ts'
import { detectionProperties, rulesOfProperties } from '../../../../stream/flink-sql/detection-properties.ts'
import { packagedFiles, packagedSettings, packagedStatements } from '../../../../stream/flink-sql/packaged.ts'
import { KPIS } from '../../../../stream/kpis/index.ts'
import { RULES } from '../../../../stream/rules/index.ts'
import { configuredRules, type DetectionSettings } from '../../../../stream/rules/settings.ts'

const propertiesOf = (settings: DetectionSettings = {}) => detectionProperties(configuredRules(settings))

/** A statement as the application runs it with these properties. */
const filled = (statement: string, properties: Readonly<Record<string, string>>): string =>
  statement.replaceAll(/\$\{detection\.([\w.-]+)\}/g, (whole, key) => properties[key] ?? whole)

describe('what is packaged with the Flink application', () => {
  it('is a statement for each rule and figure, after those that make tables', () => {
    const statements = Object.entries(packagedStatements())
    const inserts = statements.filter(([, text]) => text.startsWith('insert into'))
    expect(inserts.map(([name]) => name)).toEqual([
      'write-dead-letters',
      ...RULES.map(({ id }) => id),
      ...KPIS.map(({ id }) => id),
    ])
    expect(statements.slice(0, 3).map(([name]) => name)).toEqual(['findings', 'dead-letters', 'events'])
  })

  it('is settings and a file for each statement that they name', () => {
    const files = packagedFiles()
    const settings = JSON.parse(files['settings.json'] ?? '')
    expect(settings.statements.map((name: string) => `sql/${name}.sql`)).toEqual(
      Object.keys(files).filter((name) => name.startsWith('sql/')),
    )
    expect(settings).toMatchObject({
      time: { outOfOrderness: 10_000, idleAfter: 30_000, maxAhead: 300_000 },
      records: {
        time: 'txn_timestamp',
        row: expect.stringMatching(/^row<`event_time` timestamp\(3\), .*`arrived`/),
      },
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
    })
  })

  it('leaves open what the properties of every environment say, and nothing else', () => {
    const asked = Object.values(packagedStatements()).flatMap((text) =>
      Array.from(text.matchAll(/\$\{([\w-]+)\.([\w.-]+)\}/g), ([, group, key]) => `${group} ${key}`),
    )
    const detection = Object.keys(propertiesOf()).map((key) => `detection ${key}`)
    const streams = ['findings', 'dead-letters'].flatMap((group) => [
      `${group} stream.name`,
      `${group} aws.region`,
    ])
    expect(new Set(asked)).toEqual(new Set([...detection, ...streams]))
    // The service takes no more of a group.
    expect(detection.length).toBeLessThanOrEqual(50)
  })

  it('judges by the thresholds of an environment once they are filled in', () => {
    const settings: DetectionSettings = {
      'high-event-volume': { thresholds: { low: 7, medium: 9, high: null } },
      'product-flood': { atLeast: { users: 12 } },
      'conversion-drop': { thresholds: { medium: 2000 }, expectedAtLeast: 3 },
    }
    const statements = packagedStatements()
    const run = (id: string) => filled(statements[id] ?? '', propertiesOf(settings))
    expect(run('high-event-volume')).toContain(
      "case when `actions` > 9223372036854775807 then 'high' when `actions` > 9 then 'medium' when `actions` > 7 then 'low' end as `severity`",
    )
    expect(run('high-event-volume')).toContain('where `actions` > least(7, 9, 9223372036854775807)')
    expect(run('product-flood')).toContain('`users` >= 12')
    expect(run('conversion-drop')).toContain(
      "case when `level` < 1000 then 'high' when `level` < 2000 then 'medium' when `level` < 0 then 'low' end",
    )
    expect(run('conversion-drop')).toContain('where `level` < greatest(0, 2000, 1000)')
    expect(run('conversion-drop')).toContain('`sessions` * part_before >= 3 * of_before')
    expect(run('conversion-drop')).not.toContain('${')
  })

  it('names its state by its statements, whatever the thresholds are', () => {
    const before = packagedSettings().fingerprint
    expect(packagedSettings().fingerprint).toBe(before)
    expect(JSON.stringify(packagedStatements())).not.toMatch(/`actions` > 10\b/)
  })
})

describe('the properties of the group detection', () => {
  it('are whole numbers, a threshold for each rule and severity', () => {
    const properties = propertiesOf()
    for (const { id } of RULES)
      for (const severity of SEVERITIES) expect(properties[`${id}.${severity}`]).toMatch(/^\d{1,19}$/)
    for (const [key, value] of Object.entries(properties)) {
      expect(key.length).toBeLessThanOrEqual(2048)
      expect(BigInt(value)).toBeLessThan(2n ** 63n)
    }
  })

  it.each<[string, DetectionSettings]>([
    ['none', {}],
    [
      'some',
      { 'product-flood': { thresholds: { low: null, medium: 9000, high: 9500 }, atLeast: { users: 3 } } },
    ],
    ['of a level', { 'conversion-drop': { thresholds: { low: 5000, medium: 3000 }, expectedAtLeast: 7 } }],
  ])('give back the rules that they were made of: settings %s', (_, settings) => {
    expect(rulesOfProperties(propertiesOf(settings))).toEqual(configuredRules(settings))
  })

  it('are refused where one is missing or no number', () => {
    expect(() => rulesOfProperties({})).toThrow("The property high-event-volume.low is no number: ''")
    expect(() => rulesOfProperties({ ...propertiesOf(), 'product-flood.at-least.users': 'many' })).toThrow(
      "The property product-flood.at-least.users is no number: 'many'",
    )
  })

  it.each<[string, DetectionSettings]>([
    ['another window', { 'high-event-volume': { windowSeconds: 20 } }],
    ['another slide', { 'slow-crawler': { slideSeconds: 30 } }],
    ['another time before', { 'conversion-drop': { trailingSeconds: 7200 } }],
    ['an amount that its statement does not ask for', { 'card-testing': { atLeast: { lines: 3 } } }],
  ])('refuse %s: the statements have it', (_, settings) => {
    expect(() => propertiesOf(settings)).toThrow(
      /Rule [\w-]+: its windows and the measures that need an amount are part of the Flink application's statements/,
    )
  })
})
