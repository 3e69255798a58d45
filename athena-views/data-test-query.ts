import { type RawBuilder, sql } from 'kysely'
import { builderFor, textOf } from '../sql/builder.ts'
import type { DataTest, Severity } from './data-test.ts'
import type { Mart } from './mart.ts'
import type { AnyDatabase } from './mart-query.ts'
import { type Place, versionsOf } from './versions-of.ts'

/** A row of the statement's result: how many rows (or groups of rows) break a test. */
export interface TestResult {
  readonly test: string
  readonly severity: Severity
  readonly failures: bigint
}

/** All tests of a mart over one of its versions in one statement, which gives one row a test. */
export function dataTestStatement({
  mart,
  version,
  ...place
}: Place & { mart: Mart; version: string }): string {
  if (mart.tests.length === 0)
    throw new Error(`${mart.name} declares no data tests: add at least notEmpty().`)
  const results = sql<TestResult>`(${sql.join(mart.tests.map(resultOf), sql` union all `)})`
  return textOf(
    builderFor<AnyDatabase>(place.dialect)
      .with('mart', () => versionsOf(place, mart, [version]))
      .selectFrom(results.as('results'))
      .select(['test', 'severity', 'failures'])
      .orderBy('test'),
  )
}

const MART = sql.table('mart')
const BREAKS = sql`count(*)`

function resultOf(test: DataTest): RawBuilder<unknown> {
  const { from, where, failures = BREAKS } = brokenBy(test)
  const head = sql`select ${test.name} as test, ${test.severity} as severity, ${failures} as failures from ${from}`
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
