import { type RawBuilder, sql } from 'kysely'
import { activityStream } from '../../catalog/stream.ts'
import { windowed } from '../../sql/flink/windowed.ts'
import type { Measure } from '../rules/measure.ts'
import type { KeyColumn } from '../rules/rule.ts'
import type { Window } from '../rules/window.ts'
import { measureSql } from './measure-sql.ts'

interface Grouped {
  readonly key: KeyColumn
  readonly window: Window
  readonly measures: Readonly<Record<string, Measure>>
}

/** What rules and KPIs stand on: their measures of every window and key, with `window_start`, `window_end`, `window_time`. */
export function windowedMeasures({ key, window, measures }: Grouped): RawBuilder<unknown> {
  const groups = ['window_start', 'window_end', 'window_time', ...(key === 'all' ? [] : [key])].map(
    (column) => sql.ref(column),
  )
  const columns = Object.entries(measures).map(
    ([name, measure]) => sql`${measureSql(measure)} as ${sql.ref(name)}`,
  )
  const source = windowed(activityStream.name, 'txn_timestamp', window)
  return sql`select ${sql.join([...groups, ...columns])} from ${source} group by ${sql.join(groups)}`
}
