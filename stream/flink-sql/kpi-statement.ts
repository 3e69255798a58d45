import { type RawBuilder, sql } from 'kysely'
import type { Kpi } from '../kpis/kpi.ts'
import { insertFinding } from './insert-finding.ts'
import { windowedMeasures } from './windowed-measures.ts'

/** The KPI as one statement of Flink SQL: a finding for every window and key. */
export function kpiStatement(kpi: Kpi): RawBuilder<unknown> {
  const details = Object.keys(kpi.measures).filter((name) => name !== kpi.measure)
  const ratios = Object.entries(kpi.ratios).map(([name, { part, of }]) => [
    name,
    sql`${sql.ref(part)} * 10000 / nullif(${sql.ref(of)}, 0)`,
  ])
  return insertFinding({
    record: 'kpi',
    rule: kpi.id,
    key: kpi.key,
    measure: kpi.measure,
    details: {
      ...Object.fromEntries(details.map((name) => [name, sql.ref(name)])),
      ...Object.fromEntries(ratios),
    },
    from: windowedMeasures(kpi),
  })
}
