import { type RawBuilder, sql } from 'kysely'
import { SEVERITIES, type Severity } from '../../catalog/stream.ts'
import type { Rule } from '../rules/rule.ts'
import { amountKey, thresholdKey } from './detection-properties.ts'

/** How the numbers of a rule stand in its statement that differ between environments. */
export interface Numbers {
  /** By severity; one that is missing is not given. */
  thresholds(rule: Rule): Readonly<Partial<Record<Severity, RawBuilder<number>>>>
  /** The threshold that is passed first. */
  first(rule: Rule): RawBuilder<number>
  amount(rule: Rule, name: string, value: number): RawBuilder<number>
}

/** As the rule has them: what can be read, and be run as it is. */
export const AS_GIVEN: Numbers = {
  thresholds: ({ thresholds }) =>
    Object.fromEntries(
      Object.entries(thresholds).map(([severity, value]) => [severity, sql<number>`${value}`]),
    ),
  first: ({ thresholds }) =>
    sql<number>`${SEVERITIES.flatMap((severity) => thresholds[severity] ?? [])[0] ?? 0}`,
  amount: (_rule, _name, value) => sql<number>`${value}`,
}

const property = (key: string): RawBuilder<number> => sql.raw(`\${detection.${key}}`)

/**
 * As properties of the running application, which `detectionProperties` gives: `${detection.slow-crawler.medium}`. All
 * severities have one, so that an environment can have a threshold that another one has not.
 */
export const AS_PROPERTIES: Numbers = {
  thresholds: (rule) =>
    Object.fromEntries(SEVERITIES.map((severity) => [severity, property(thresholdKey(rule, severity))])),
  first: (rule) => {
    const all = SEVERITIES.map((severity) => property(thresholdKey(rule, severity)))
    return sql`${sql.raw(rule.kind === 'threshold' ? 'least' : 'greatest')}(${sql.join(all)})`
  },
  amount: (rule, name) => property(amountKey(rule, name)),
}
