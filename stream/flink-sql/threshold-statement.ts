import { type RawBuilder, sql } from 'kysely'
import { events } from '../rules/measure.ts'
import type { ThresholdRule } from '../rules/rule.ts'
import { insertFinding } from './insert-finding.ts'
import { AS_GIVEN, type Numbers } from './numbers.ts'
import { windowedMeasures } from './windowed-measures.ts'

/** The rule as one statement of Flink SQL. */
export function thresholdStatement(rule: ThresholdRule, numbers: Numbers = AS_GIVEN): RawBuilder<unknown> {
  const { id, key, measures, judged, atLeast, partOf } = rule
  const least = atLeastOf(rule, numbers)
  const conditions = [
    sql`${sql.ref(judged)} > ${numbers.first(rule)}`,
    ...Object.keys(atLeast).map((name) => least(name)),
    ...(partOf
      ? [sql`${sql.ref(judged)} * 10000 >= ${partOf.basisPoints} * ${sql.ref(partOf.measure)}`]
      : []),
  ]
  const details = Object.keys(measures).filter((name) => name !== judged)
  return insertFinding({
    record: 'alert',
    rule: id,
    key,
    measure: judged,
    kind: measures[judged]?.kind,
    details: Object.fromEntries(details.map((name) => [name, sql.ref(name)])),
    thresholds: numbers.thresholds(rule),
    from: shares(rule).length > 0 ? withShares(rule, numbers) : windowedMeasures(rule),
    where: sql.join(conditions, sql` and `),
  })
}

const atLeastOf = (rule: ThresholdRule, numbers: Numbers) => (name: string) =>
  sql`${sql.ref(name)} >= ${numbers.amount(rule, `at-least.${name}`, rule.atLeast[name] ?? 0)}`

const shares = ({ measures }: ThresholdRule): string[] =>
  Object.keys(measures).filter((name) => measures[name]?.kind === 'share')

/**
 * Shares need all events of the window: a window join with their number. Keys that are too small for an alert are left out
 * before the join.
 */
function withShares(rule: ThresholdRule, numbers: Numbers): RawBuilder<unknown> {
  const { key, window, measures, atLeast } = rule
  const traffic = windowedMeasures({ key: 'all', window, measures: { traffic: events() } })
  const parts = shares(rule)
  const columns = [
    'window_start',
    'window_end',
    ...(key === 'all' ? [] : [key]),
    ...Object.keys(measures),
  ].map((name) => {
    const column = sql.ref(`part.${name}`)
    return parts.includes(name) ? sql`${column} * 10000 / traffic as ${sql.ref(name)}` : column
  })
  const enough = Object.keys(atLeast)
    .filter((name) => !parts.includes(name))
    .map(atLeastOf(rule, numbers))
  const where = enough.length > 0 ? sql` where ${sql.join(enough, sql` and `)}` : sql``
  return sql`select ${sql.join(columns)} from (select * from (${windowedMeasures(rule)})${where}) as part join (${traffic}) as whole on part.window_start = whole.window_start and part.window_end = whole.window_end`
}
