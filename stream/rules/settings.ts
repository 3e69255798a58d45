import { z } from 'zod'
import { RULES } from './index.ts'
import { type Rule, thresholdRule, trailingRule } from './rule.ts'
import { hopping, SECOND } from './window.ts'

const whole = z.number().int().min(0)
const seconds = z.number().int().min(1)

const setting = z.strictObject({
  thresholds: z
    .strictObject({ low: whole.nullable(), medium: whole.nullable(), high: whole.nullable() })
    .partial()
    .optional(),
  windowSeconds: seconds.optional(),
  slideSeconds: seconds.optional(),
  /** Other measures of the rule, by name, that have to be at least so much. */
  atLeast: z.record(z.string(), whole).optional(),
  trailingSeconds: seconds.optional(),
  expectedAtLeast: whole.optional(),
})
type Setting = z.output<typeof setting>

type RuleId = (typeof RULES)[number]['id']

/**
 * Where an environment's detection differs from the rules' own numbers, by rule: `{ 'slow-crawler': { thresholds: { medium: 80 } } }`.
 * A threshold of null is not given at all.
 */
export const detectionSettings = z.partialRecord(
  z.enum(RULES.map(({ id }) => id) as [RuleId, ...RuleId[]]),
  setting,
)
export type DetectionSettings = z.output<typeof detectionSettings>

/** The rules as an environment has them. Throws where its numbers make no sense. */
export const configuredRules = (settings: DetectionSettings = {}): readonly Rule[] =>
  RULES.map((rule: Rule) => withSetting(rule, settings[rule.id as RuleId] ?? {}))

function withSetting(rule: Rule, set: Setting): Rule {
  const thresholds = Object.fromEntries(
    Object.entries({ ...rule.thresholds, ...set.thresholds }).filter(([, value]) => value !== null),
  )
  const size = set.windowSeconds === undefined ? rule.window.size : set.windowSeconds * SECOND
  const tumbles = rule.window.size === rule.window.slide
  const slide =
    set.slideSeconds === undefined ? (tumbles ? size : rule.window.slide) : set.slideSeconds * SECOND
  const common = { thresholds, window: hopping(size, slide) }
  if (rule.kind === 'trailing')
    return trailingRule({
      ...rule,
      ...common,
      trailing: set.trailingSeconds === undefined ? rule.trailing : set.trailingSeconds * SECOND,
      expectedAtLeast: set.expectedAtLeast ?? rule.expectedAtLeast,
    })
  const unknown = Object.keys(set.atLeast ?? {}).filter((name) => !(name in rule.measures))
  if (unknown.length > 0)
    throw new RangeError(
      `Rule ${rule.id} has no measure ${unknown.join(', ')}: it has ${Object.keys(rule.measures).join(', ')}.`,
    )
  return thresholdRule({ ...rule, ...common, atLeast: { ...rule.atLeast, ...set.atLeast } })
}
