import { type RawBuilder, sql } from 'kysely'
import { SEVERITIES } from '../../catalog/stream.ts'
import { events } from '../rules/measure.ts'
import type { ThresholdRule } from '../rules/rule.ts'
import { insertFinding } from './insert-finding.ts'
import { windowedMeasures } from './windowed-measures.ts'

/** The rule as one statement of Flink SQL. */
export function thresholdStatement(rule: ThresholdRule): RawBuilder<unknown> {
  const { id, key, measures, judged, thresholds, atLeast, partOf } = rule
  const lowest = SEVERITIES.flatMap((severity) => thresholds[severity] ?? [])[0] ?? 0
  const conditions = [
    sql`${sql.ref(judged)} > ${lowest}`,
    ...Object.entries(atLeast).map(([name, least]) => sql`${sql.ref(name)} >= ${least}`),
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
    thresholds,
    from: shares(rule).length > 0 ? withShares(rule) : windowedMeasures(rule),
    where: sql.join(conditions, sql` and `),
  })
}

const shares = ({ measures }: ThresholdRule): string[] =>
  Object.keys(measures).filter((name) => measures[name]?.kind === 'share')

/**
 * Shares need all events of the window: a window join with their number. Keys that are too small for an alert are left out
 * before the join.
 */
function withShares(rule: ThresholdRule): RawBuilder<unknown> {
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
  const enough = Object.entries(atLeast)
    .filter(([name]) => !parts.includes(name))
    .map(([name, least]) => sql`${sql.ref(name)} >= ${least}`)
  const where = enough.length > 0 ? sql` where ${sql.join(enough, sql` and `)}` : sql``
  return sql`select ${sql.join(columns)} from (select * from (${windowedMeasures(rule)})${where}) as part join (${traffic}) as whole on part.window_start = whole.window_start and part.window_end = whole.window_end`
}
