import { type RawBuilder, sql } from 'kysely'
import type { Measure, Only } from '../rules/measure.ts'

const condition = ({ types, centsAtMost }: Only): RawBuilder<boolean> =>
  sql.join(
    [
      types && sql`event_type in (${sql.join(types)})`,
      centsAtMost !== undefined && sql`price <= ${sql.raw((centsAtMost / 100).toFixed(2))}`,
    ].filter((part) => !!part),
    sql` and `,
  )

/** Distinct (event type, product, second), the products of a purchase left out. */
const ACTION = sql`concat_ws('|', event_type, case when event_type = 'purchase' then '' else cast(product_id as string) end, cast(floor(txn_timestamp to second) as string))`

const counted = (measure: Exclude<Measure, { kind: 'cost' | 'share' }>): RawBuilder<unknown> =>
  measure.kind === 'events'
    ? sql`*`
    : sql`distinct ${measure.kind === 'actions' ? ACTION : sql.ref(measure.column)}`

/**
 * A measure of a group of windowed events, as BIGINT. A share is its part here, the group's events: the whole is known only
 * across groups.
 */
export function measureSql(measure: Measure): RawBuilder<bigint> {
  const filter = measure.only ? sql` filter (where ${condition(measure.only)})` : sql``
  if (measure.kind === 'cost') return sql`cast(coalesce(sum(price)${filter}, 0) * 100 as bigint)`
  return measure.kind === 'share' ? sql`count(*)` : sql`count(${counted(measure)})${filter}`
}
