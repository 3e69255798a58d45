import { DuckDBInstance } from '@duckdb/node-api'
import { CompiledQuery, Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accepted,
  atMost,
  between,
  notEmpty,
  notNull,
  positive,
  unique,
  warn,
} from '../../../athena-views/data-test.ts'
import { dataTestStatement, keyColumns, type TestResult } from '../../../athena-views/data-test-query.ts'
import type { Mart } from '../../../athena-views/mart.ts'
import { uniqueVisitorsPerDay } from '../../../athena-views/unique-visitors-per-day.ts'
import { bigint, date, string } from '../../../catalog/column.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../../catalog/names.ts'
import { DuckDBDialect } from '../../../sql/duckdb/duckdb-dialect.ts'

const names = namesOf(DEFAULT_DEPLOYMENT)
const tests: Mart['tests'] = [
  notEmpty(),
  notNull('day'),
  unique('day', 'kind'),
  between('views', 0, 5),
  atMost('buys', 'views'),
  accepted('kind', ['phone', "men's shoes"]),
  warn(positive('buys'), 'Ask the shop.'),
]
const mart: Mart = {
  ...uniqueVisitorsPerDay,
  name: 'checked',
  columns: { day: date('Day.'), kind: string('Kind.'), views: bigint('Views.'), buys: bigint('Buys.') },
  tests,
}

let db: Kysely<never>
beforeAll(async () => {
  db = new Kysely({ dialect: new DuckDBDialect({ duckdb: () => DuckDBInstance.create(':memory:') }) })
  await sql`create schema ecommerce_lake`.execute(db)
  await sql`create table ecommerce_lake.checked (day date, kind varchar, views bigint, buys bigint, version varchar)`.execute(
    db,
  )
  await sql`insert into ecommerce_lake.checked values
    ('2019-10-01', 'phone', 5, 1, 'good'), ('2019-10-02', 'men''s shoes', 1, 1, 'good'),
    ('2019-10-09', 'phone', 1, 0, 'days'), ('2019-10-07', 'phone', 1, 0, 'days'), ('2019-10-08', 'phone', 1, 1, 'days'),
    ('2019-10-01', 'phone', 5, 0, 'bad'), ('2019-10-01', 'phone', 6, 7, 'bad'),
    (null, 'shoes', -1, 0, 'bad'), (null, null, null, null, 'bad')`.execute(db)
})
afterAll(() => db.destroy())

const resultsOf = async (version: string) => {
  const statement = dataTestStatement({ dialect: 'duckdb', names, mart, version })
  return (await db.executeQuery<TestResult>(CompiledQuery.raw(statement))).rows
}

const failures = async (version: string) => {
  const rows = await resultsOf(version)
  return Object.fromEntries(rows.map(({ test, severity, failures }) => [test, `${severity} ${failures}`]))
}

describe('the data tests of a mart', () => {
  it('find nothing in a good version', async () => {
    const found = await failures('good')
    expect(Object.keys(found).toSorted()).toEqual(tests.map(({ name }) => name).toSorted())
    expect(Object.values(found).every((failure) => failure.endsWith(' 0'))).toBe(true)
  })

  it('count the rows that break each test, and let null pass where only a value is in question', async () => {
    expect(await failures('bad')).toEqual({
      'has rows': 'halt 0',
      'day is never null': 'halt 2',
      'day, kind is unique': 'halt 1',
      'views lies between 0 and 5': 'halt 2',
      'buys is at most views': 'halt 2',
      "kind is one of phone, men's shoes": 'halt 1',
      'buys is above zero': 'warn 2',
    })
  })

  it('name the first rows that break them by their key, and no others', async () => {
    const examples = async (version: string) =>
      Object.fromEntries((await resultsOf(version)).map(({ test, examples }) => [test, examples]))
    expect(await examples('days')).toEqual({
      'has rows': null,
      'day is never null': null,
      'day, kind is unique': null,
      'views lies between 0 and 5': null,
      'buys is at most views': null,
      "kind is one of phone, men's shoes": null,
      'buys is above zero': '2019-10-07 phone, 2019-10-09 phone',
    })
    expect(await examples('bad')).toMatchObject({ 'day, kind is unique': '2019-10-01 phone' })
    expect(keyColumns(mart)).toEqual(['day', 'kind'])
    expect(keyColumns({ ...mart, tests: [notEmpty()] }, notEmpty())).toEqual(['day'])
  })

  it('find an empty version', async () => {
    expect(await failures('missing')).toMatchObject({ 'has rows': 'halt 1' })
  })

  it('are one Athena statement over one version of the lake', () => {
    const small = { ...mart, columns: { day: date('Day.') }, tests: [notEmpty(), unique('day')] }
    expect(dataTestStatement({ dialect: 'athena', names, mart: small, version: '2019-10@r1' })).toBe(
      `with "mart" as (select "day" from "ecommerce_lake"."checked" where "version" in ('2019-10@r1')) ` +
        `select "test", "severity", "failures", "examples" from (` +
        `select 'has rows' as test, 'halt' as severity, case when count(*) = 0 then 1 else 0 end as failures, ` +
        `cast(null as varchar) as examples from "mart" ` +
        `union all select 'day is unique' as test, 'halt' as severity, count(*) as failures, ` +
        `array_join(min(cast("day" as varchar), 5), ', ') as examples from ` +
        `(select "day" from "mart" group by "day" having count(*) > 1) as repeated` +
        `) as "results" order by "test"`,
    )
  })

  it('must exist', () => {
    expect(() =>
      dataTestStatement({ dialect: 'athena', names, mart: { ...mart, tests: [] }, version: 'v' }),
    ).toThrow('checked declares no data tests')
  })
})
