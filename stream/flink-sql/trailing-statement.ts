import { type RawBuilder, sql } from 'kysely'
import { intervalText } from '../../sql/flink/interval.ts'
import { judgedMeasure, type TrailingRule } from '../rules/rule.ts'
import { insertFinding } from './insert-finding.ts'
import { AS_GIVEN, type Numbers } from './numbers.ts'
import { windowedMeasures } from './windowed-measures.ts'

/**
 * The rule as one statement of Flink SQL. An OVER ends with the current row in Flink, so what was before is the sum up to and
 * with the window, less the window.
 */
export function trailingStatement(rule: TrailingRule, numbers: Numbers = AS_GIVEN): RawBuilder<unknown> {
  const { id, key, trailing, windowsAtLeast } = rule
  const expectedAtLeast = numbers.amount(rule, 'expected-at-least', rule.expectedAtLeast)
  const [part, of] = [sql.ref(rule.part), sql.ref(rule.of)]
  const level = judgedMeasure(rule)
  const byKey = key === 'all' ? sql`` : sql`partition by ${sql.ref(key)} `
  const over = sql`over (${byKey}order by window_time range between ${sql.raw(intervalText(trailing))} preceding and current row)`
  const columns = [
    'window_start',
    'window_end',
    ...(key === 'all' ? [] : [key]),
    ...Object.keys(rule.measures),
  ]
  const sums = sql`select ${sql.join(columns.map((name) => sql.ref(name)))}, sum(${part}) ${over} - ${part} as part_before, sum(${of}) ${over} - ${of} as of_before, count(*) ${over} - 1 as windows_before from (${windowedMeasures(rule)})`
  // A rate of 0 before, or no traffic now, has no level: null, which is below nothing.
  const levels = sql`select *, ${part} * of_before * 10000 / nullif(${of} * part_before, 0) as ${sql.ref(level)} from (${sums})`
  return insertFinding({
    record: 'alert',
    rule: id,
    key,
    measure: level,
    details: {
      ...Object.fromEntries(Object.keys(rule.measures).map((name) => [name, sql.ref(name)])),
      [`${rule.part}_before`]: sql`part_before`,
      [`${rule.of}_before`]: sql`of_before`,
    },
    thresholds: numbers.thresholds(rule),
    passes: '<',
    from: levels,
    where: sql`${sql.ref(level)} < ${numbers.first(rule)} and windows_before >= ${windowsAtLeast} and ${of} * part_before >= ${expectedAtLeast} * of_before`,
  })
}
