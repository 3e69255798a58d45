import { type RawBuilder, sql } from 'kysely'
import { type FindingKind, findingStream, SEVERITIES, type Severity } from '../../catalog/stream.ts'
import type { Measure } from '../rules/measure.ts'
import type { KeyColumn } from '../rules/rule.ts'

interface InsertFinding {
  readonly record: FindingKind
  readonly rule: string
  readonly key: KeyColumn
  /** The measure's name, and what kind it is. */
  readonly measure: string
  readonly kind?: Measure['kind'] | undefined
  readonly details: Readonly<Record<string, RawBuilder<unknown>>>
  /** What passes a threshold: more than it, or less. None: a KPI. */
  readonly thresholds?: Readonly<Partial<Record<Severity, RawBuilder<number>>>>
  readonly passes?: '>' | '<'
  /** A subquery with the key's column, the measures by name, and the window. */
  readonly from: RawBuilder<unknown>
  readonly where?: RawBuilder<boolean>
}

const isoText = (column: string) => sql`date_format(${sql.ref(column)}, 'yyyy-MM-dd''T''HH:mm:ss')`
const none = (type: string) => sql`cast(null as ${sql.raw(type)})`

/** `INSERT INTO` stream 2 of what a subquery found: the columns of the catalog in their order. */
export function insertFinding(a: InsertFinding): RawBuilder<unknown> {
  const key = a.key === 'all' ? sql`'all'` : sql`cast(${sql.ref(a.key)} as string)`
  const value = sql.ref(a.measure)
  const steps = SEVERITIES.toReversed().flatMap((severity) => {
    const threshold = a.thresholds?.[severity]
    return threshold === undefined ? [] : [{ severity, threshold }]
  })
  const byStep = (then: (step: (typeof steps)[number]) => RawBuilder<unknown>, type: string) =>
    steps.length === 0
      ? none(type)
      : sql`case ${sql.join(
          steps.map(
            (step) => sql`when ${value} ${sql.raw(a.passes ?? '>')} ${step.threshold} then ${then(step)}`,
          ),
          sql` `,
        )} end`
  const details = Object.entries(a.details).map(([name, detail]) => sql`${name}, ${detail}`)
  const columns: Record<keyof typeof findingStream.columns, RawBuilder<unknown>> = {
    id: sql`concat_ws('/', ${a.rule}, ${key}, ${isoText('window_start')}, ${isoText('window_end')})`,
    record: sql`${a.record}`,
    rule: sql`${a.rule}`,
    key_column: sql`${a.key}`,
    key_value: key,
    window_start: sql`window_start`,
    window_end: sql`window_end`,
    measure: sql`${a.measure}`,
    measure_value: value,
    severity: byStep(({ severity }) => sql`${severity}`, 'string'),
    threshold: byStep(({ threshold }) => sql`cast(${threshold} as bigint)`, 'bigint'),
    details: sql`map[${sql.join(details)}]`,
    user_id: a.key === 'user_id' ? sql`user_id` : none('bigint'),
    num_actions_per_watermark: a.key === 'user_id' && a.kind === 'actions' ? value : none('bigint'),
  }
  const names = Object.keys(findingStream.columns) as (keyof typeof columns)[]
  const select = sql.join(names.map((name) => sql`${columns[name]} as ${sql.ref(name)}`))
  const where = a.where ? sql` where ${a.where}` : sql``
  return sql`insert into ${sql.table(findingStream.name)} select ${select} from (${a.from})${where}`
}
