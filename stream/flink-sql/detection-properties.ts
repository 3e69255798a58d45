import { SEVERITIES, type Severity } from '../../catalog/stream.ts'
import { RULES } from '../rules/index.ts'
import type { Rule } from '../rules/rule.ts'
import { configuredRules } from '../rules/settings.ts'

/** A property of a threshold: `slow-crawler.medium`. */
export const thresholdKey = ({ id }: Rule, severity: Severity): string => `${id}.${severity}`
/** A property of another number that has to be reached: `product-flood.at-least.users`. */
export const amountKey = ({ id }: Rule, name: string): string => `${id}.${name}`

/** What nothing passes: no count is more than the largest BIGINT, and no level less than 0. */
const NEVER: Readonly<Record<Rule['kind'], string>> = { threshold: '9223372036854775807', trailing: '0' }

/** Amounts of a rule beside its thresholds, by name. */
export const amountsOf = (rule: Rule): Readonly<Record<string, number>> =>
  rule.kind === 'trailing'
    ? { 'expected-at-least': rule.expectedAtLeast }
    : Object.fromEntries(Object.entries(rule.atLeast).map(([name, least]) => [`at-least.${name}`, least]))

/**
 * The property group `detection` of the Flink application for the rules as an environment has them: every number that the
 * packaged statements leave open. Throws where a rule differs in what they have fixed.
 */
export const detectionProperties = (rules: readonly Rule[]): Readonly<Record<string, string>> =>
  Object.fromEntries(rules.flatMap(propertiesOf))

function propertiesOf(rule: Rule): [string, string][] {
  checkFixed(rule)
  return [
    ...SEVERITIES.map((severity): [string, string] => [
      thresholdKey(rule, severity),
      String(rule.thresholds[severity] ?? NEVER[rule.kind]),
    ]),
    ...Object.entries(amountsOf(rule)).map(([name, value]): [string, string] => [
      amountKey(rule, name),
      String(value),
    ]),
  ]
}

/** The rules that an application with these properties has. Throws where one is missing, or is no number. */
export const rulesOfProperties = (properties: Readonly<Record<string, string>>): readonly Rule[] =>
  configuredRules(Object.fromEntries(RULES.map((rule: Rule) => [rule.id, settingOf(rule, properties)])))

function settingOf(rule: Rule, properties: Readonly<Record<string, string>>) {
  const numberAt = (key: string): number => {
    const text = properties[key] ?? ''
    if (!/^\d{1,19}$/.test(text)) throw new RangeError(`The property ${key} is no number: '${text}'`)
    return Number(text)
  }
  const thresholds = Object.fromEntries(
    SEVERITIES.map((severity) => {
      const key = thresholdKey(rule, severity)
      return [severity, properties[key] === NEVER[rule.kind] ? null : numberAt(key)]
    }),
  )
  return rule.kind === 'trailing'
    ? { thresholds, expectedAtLeast: numberAt(amountKey(rule, 'expected-at-least')) }
    : {
        thresholds,
        atLeast: Object.fromEntries(
          Object.keys(rule.atLeast).map((name) => [name, numberAt(amountKey(rule, `at-least.${name}`))]),
        ),
      }
}

/** State that was kept for other windows would be taken for that of these: they change with the statements, and those with the jar. */
function checkFixed(rule: Rule): void {
  const own: Rule | undefined = RULES.find(({ id }) => id === rule.id)
  const fixed = (of: Rule | undefined) =>
    of && JSON.stringify([of.window, of.kind === 'trailing' && of.trailing, Object.keys(amountsOf(of))])
  if (fixed(own) !== fixed(rule))
    throw new RangeError(
      `Rule ${rule.id}: its windows and the measures that need an amount are part of the Flink application's statements, the same in all environments. Change them in stream/rules and build it again.`,
    )
}
