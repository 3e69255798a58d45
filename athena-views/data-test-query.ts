import { type RawBuilder, sql } from 'kysely'
import { builderFor, textOf } from '../sql/builder.ts'
import { castTo, smallest } from '../sql/functions.ts'
import type { DataTest, Severity } from './data-test.ts'
import type { Mart } from './mart.ts'
import type { AnyDatabase } from './mart-query.ts'
import { type Place, versionsOf } from './versions-of.ts'

/** A row of the statement's result: how many rows (or groups of rows) break a test. */
export interface TestResult {
  readonly test: string
  readonly severity: Severity
  readonly failures: bigint
  /** The first of those rows, each by its values of `keyColumns`; null where none breaks it. */
  readonly examples: string | null
}

/** So many rows are named. */
export const MOST_EXAMPLES = 5

/** All tests of a mart over one of its versions in one statement, which gives one row a test. */
export function dataTestStatement({
  mart,
  version,
  ...place
}: Place & { mart: Mart; version: string }): string {
  if (mart.tests.length === 0)
    throw new Error(`${mart.name} declares no data tests: add at least notEmpty().`)
  const results = sql<TestResult>`(${sql.join(
    mart.tests.map((test) => resultOf(mart, test)),
    sql` union all `,
  )})`
  return textOf(
    builderFor<AnyDatabase>(place.dialect)
      .with('mart', () => versionsOf(place, mart, [version]))
      .selectFrom(results.as('results'))
      .select(['test', 'severity', 'failures', 'examples'])
      .orderBy('test'),
  )
}

const MART = sql.table('mart')
const BREAKS = sql`count(*)`

/** What names a row of a mart that breaks a test: its key, or the values that a test of uniqueness is about. */
export function keyColumns(mart: Mart, test?: DataTest): readonly string[] {
  const unique = [test, ...mart.tests].find((candidate) => candidate?.kind === 'unique')
  return unique?.kind === 'unique' ? unique.columns : Object.keys(mart.columns).slice(0, 1)
}

function resultOf(mart: Mart, test: DataTest): RawBuilder<unknown> {
  const { from, where, failures = BREAKS } = brokenBy(test)
  const key = keyColumns(mart, test).map((column) => castTo<string>(sql.ref(column), 'varchar'))
  const [only, ...others] = key
  const row = only && others.length === 0 ? only : sql<string>`concat_ws(' ', ${sql.join(key)})`
  const examples =
    test.kind === 'not-empty' ? castTo<string | null>(sql`null`, 'varchar') : smallest(row, MOST_EXAMPLES)
  const head = sql`select ${test.name} as test, ${test.severity} as severity, ${failures} as failures, ${examples} as examples from ${from}`
  return where ? sql`${head} where ${where}` : head
}

interface Broken {
  readonly from: RawBuilder<unknown>
  readonly where?: RawBuilder<unknown>
  readonly failures?: RawBuilder<unknown>
}

/** What breaks a test. A comparison with null is no breach: that is what `notNull` is for. */
function brokenBy(test: DataTest): Broken {
  switch (test.kind) {
    case 'not-null':
      return { from: MART, where: sql`${sql.ref(test.column)} is null` }
    case 'unique': {
      const key = sql.join(test.columns.map((column) => sql.ref(column)))
      return { from: sql`(select ${key} from ${MART} group by ${key} having count(*) > 1) as repeated` }
    }
    case 'between': {
      const value = sql.ref(test.column)
      return { from: MART, where: sql`${value} < ${test.low} or ${value} > ${test.high}` }
    }
    case 'at-most':
      return { from: MART, where: sql`${sql.ref(test.column)} > ${sql.ref(test.limit)}` }
    case 'accepted':
      return { from: MART, where: sql`${sql.ref(test.column)} not in (${sql.join(test.values)})` }
    case 'positive':
      return { from: MART, where: sql`${sql.ref(test.column)} <= 0` }
    case 'not-empty':
      return { from: MART, failures: sql`case when count(*) = 0 then 1 else 0 end` }
  }
}
