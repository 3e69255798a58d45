import { MARTS } from '../../athena-views/index.ts'
import { viewStatement } from '../../athena-views/statements.ts'
import { columnNames } from '../../catalog/table.ts'
import type { Release } from '../../lambdas/shared/documents.ts'
import type { Platform } from '../../local/platform.ts'

/** A view that says a little else than it should, in a row or two. */
interface Falsification {
  readonly what: string
  readonly view: string
  /** Says of a row whether it is the one; Athena's SQL, as all here. */
  readonly row: string
  /** Its columns that say something else; without them the row is left out. */
  readonly columns?: Readonly<Record<string, string>>
  /** What the comparison tells. */
  readonly told: RegExp
}

const FIRST_VISITOR = "month = '2019-10' and rank = 1"
const FIRST_PRODUCT = "month = '2019-11' and best_rank = 1"

export const FALSIFICATIONS: readonly Falsification[] = [
  {
    what: 'an id that is one more',
    view: 'frequent_visitors',
    row: FIRST_VISITOR,
    columns: { user_id: 'user_id + 1' },
    told: /, column 2: \d+ here, \d+ there$/m,
  },
  {
    what: 'a time that is a millisecond later',
    view: 'frequent_visitors',
    row: FIRST_VISITOR,
    columns: { last_seen: "last_seen + interval '0.001' second" },
    told: /, column 9: .*:\d\d(\.000)? here, .*\.001 there$/m,
  },
  {
    what: 'a cent',
    view: 'product_sales',
    row: FIRST_PRODUCT,
    columns: { revenue: "cast(revenue + decimal '0.01' as decimal(18, 2))" },
    told: /, column 8: \d+\.\d\d here, \d+\.\d\d there$/m,
  },
  {
    what: 'an empty text for a null',
    view: 'product_sales',
    row: 'brand is null and worst_rank is not null',
    columns: { brand: "''" },
    told: /, column 4: /,
  },
  {
    what: 'a rate that is off by two in a hundred million',
    view: 'sales_per_day',
    row: "event_date = date '2019-11-03'",
    columns: { conversion_rate: 'conversion_rate * 1.00000002e0' },
    told: /^row \d+, column 6: 0\.\d+ here, 0\.\d+ there$/,
  },
  {
    what: 'a row that is missing',
    view: 'unique_visitors_per_day',
    row: "event_date = date '2019-11-30'",
    told: /^61 rows here, 60 there$/m,
  },
]

/** The statement that replaces the view as it was published by one that is wrong. */
export function falsified(
  { names }: Platform,
  release: Release,
  { view, row, columns }: Falsification,
): string {
  const mart = MARTS.find(({ name }) => name === view)
  if (!mart) throw new Error(`there is no mart ${view}`)
  const versions = Object.values(release.marts[view] ?? {}).map(({ version }) => version)
  const [head = '', select = ''] = viewStatement({ dialect: 'athena', names, view: mart, versions }).split(
    / AS (.*)/s,
  )
  const told = columnNames(mart).map((name) => {
    const other = columns?.[name]
    return other === undefined ? name : `if(${row}, ${other}, ${name}) as ${name}`
  })
  const where = columns ? '' : ` where not (${row})`
  return `${head} AS select ${told.join(', ')} from (${select}) as t${where}`
}
