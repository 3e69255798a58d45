import type { Finding } from '../../../stream/findings.ts'
import type { Kpi } from '../../../stream/kpis/kpi.ts'
import { found } from './found.ts'
import type { Watcher } from './window-group.ts'

const BASIS_POINTS = 10_000n

/** Gives a KPI's figures of every window and key. */
export function watchKpi(kpi: Kpi, emit: (finding: Finding) => void): Watcher {
  const { id, key, measures, measure, ratios } = kpi
  return {
    measures: Object.values(measures),
    close: (window) => {
      const values = Object.fromEntries(
        Object.entries(measures).map(([name, one]) => [name, window.value(one)]),
      ) as Record<string, bigint>
      const { [measure]: value = 0n, ...details } = values
      for (const [name, { part, of }] of Object.entries(ratios))
        if (values[of]) details[name] = ((values[part] ?? 0n) * BASIS_POINTS) / values[of]
      emit(
        found({
          record: 'kpi',
          rule: id,
          key,
          window,
          measure,
          kind: measures[measure]?.kind,
          value,
          details,
        }),
      )
    },
  }
}
