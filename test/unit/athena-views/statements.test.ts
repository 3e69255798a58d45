import { DuckDBInstance } from '@duckdb/node-api'
import { CompiledQuery, Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MARTS } from '../../../athena-views/index.ts'
import { defineMart, type Mart } from '../../../athena-views/mart.ts'
import { martCtas, martHash, martSelect, viewStatement } from '../../../athena-views/statements.ts'
import { bigint, date, decimal } from '../../../catalog/column.ts'
import { userActivity } from '../../../catalog/events.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../../catalog/names.ts'
import { DuckDBDialect } from '../../../sql/duckdb/duckdb-dialect.ts'

const names = namesOf(DEFAULT_DEPLOYMENT)

const sales = defineMart({
  name: 'sales',
  grain: 'One row per day.',
  columns: { day: date('Day.'), revenue: decimal(18, 2, 'Revenue.') },
  reads: [userActivity],
  query: (from) =>
    from
      .selectFrom('user_activity')
      .select((eb) => [
        eb.cast<string>('event_time', 'date').as('day'),
        eb.fn.coalesce(eb.fn.sum<string>('price'), sql.lit('0')).as('revenue'),
      ])
      .groupBy((eb) => eb.cast('event_time', 'date')),
  tests: [],
  cases: [],
})
const days: Mart = defineMart({
  name: 'days',
  grain: 'One row per month.',
  columns: { days: bigint('Days with sales.') },
  reads: [sales],
  query: (from) => from.selectFrom('sales').select((eb) => eb.fn.countAll<bigint>().as('days')),
  tests: [],
  cases: [],
})

describe('the statements of a mart', () => {
  const inputs = { events: ['csv-2019-10@r1', 'stream-2019-10@r2'], marts: {} }

  it('select by name from the versions of the release, every column of its declared type', () => {
    const text = martSelect({ dialect: 'athena', names, mart: sales, month: '2019-10', inputs })
    expect(text).toBe(
      'with "user_activity" as (select "event_time", "event_type", "product_id", "category_id", "category_code", ' +
        '"brand", "price", "user_id", "user_session", split_part("version", \'-\', 1) as "source" ' +
        'from "ecommerce_lake"."ecomm_user_activity_parquet" ' +
        "where \"version\" in ('csv-2019-10@r1', 'stream-2019-10@r2')) " +
        'select cast("mart"."day" as date) as "day", cast("mart"."revenue" as decimal(18, 2)) as "revenue" ' +
        'from (select cast("event_time" as date) as "day", coalesce(sum("price"), \'0\') as "revenue" ' +
        'from "user_activity" group by cast("event_time" as date)) as "mart"',
    )
  })

  it('read other marts by name too', () => {
    const request = { dialect: 'athena', names, mart: days, month: '2019-10' } as const
    expect(martSelect({ ...request, inputs: { events: [], marts: { sales: ['2019-10@r1'] } } })).toBe(
      'with "sales" as (select "day", "revenue" from "ecommerce_lake"."sales" where "version" in (\'2019-10@r1\')) ' +
        'select cast("mart"."days" as bigint) as "days" from (select count(*) as "days" from "sales") as "mart"',
    )
    expect(() => martSelect({ ...request, inputs: { events: [], marts: {} } })).toThrow(
      'days reads sales: give its versions in inputs.marts.',
    )
  })

  it('create a table in a place of its own, in the spelling of Athena', () => {
    const request = { dialect: 'duckdb', names, mart: sales, month: '2019-10', inputs } as const
    const ctas = martCtas({ ...request, table: 'sales_201910_r1', location: 's3://lake/marts/sales/' })
    expect(ctas).toBe(
      'CREATE TABLE "ecommerce_lake"."sales_201910_r1" WITH (' +
        "format = 'PARQUET', write_compression = 'ZSTD', external_location = 's3://lake/marts/sales/') AS " +
        martSelect(request),
    )
  })

  it('publish a mart or the events as a view of exactly these versions', () => {
    const place = { dialect: 'athena', names } as const
    expect(viewStatement({ ...place, view: sales, versions: ['2019-10@r1', '2019-11@r2'] })).toBe(
      'CREATE OR REPLACE VIEW "ecommerce"."sales" AS select "day", "revenue" from "ecommerce_lake"."sales" ' +
        "where \"version\" in ('2019-10@r1', '2019-11@r2')",
    )
    expect(viewStatement({ ...place, view: userActivity, versions: ['csv-2019-10@r1'] })).toContain(
      'split_part("version", \'-\', 1) as "source" from "ecommerce_lake"."ecomm_user_activity_parquet" where',
    )
    expect(viewStatement({ ...place, view: sales, versions: [] })).toMatch(/where false$/)
  })
})

describe('the hash of a mart', () => {
  it('changes with what the mart says and with nothing else', () => {
    const other: Mart = { ...sales, columns: { ...sales.columns, revenue: decimal(20, 2, 'Revenue.') } }
    expect(martHash(sales)).toMatch(/^[0-9a-f]{64}$/)
    expect(martHash(other)).not.toBe(martHash(sales))
    expect(martHash({ ...sales, grain: 'Said in other words.' })).toBe(martHash(sales))
    expect(martHash(days)).not.toBe(martHash(sales))
  })

  it('is another for each mart', () => {
    expect(new Set(MARTS.map(martHash)).size).toBe(MARTS.length)
  })
})

describe('on DuckDB', () => {
  let db: Kysely<never>
  beforeAll(async () => {
    db = new Kysely({ dialect: new DuckDBDialect({ duckdb: () => DuckDBInstance.create(':memory:') }) })
    await sql`create schema ecommerce_lake`.execute(db)
    await sql`create schema ecommerce`.execute(db)
    await sql`create table ecommerce_lake.ecomm_user_activity_parquet as select * from (values
      (timestamp '2019-10-01 00:00:00', 'view', 1::bigint, 1::bigint, null, null, 1.50::decimal(10, 2), 1::bigint, null, 'csv-2019-10@r1'),
      (timestamp '2019-10-01 00:00:00', 'view', 1, 1, null, null, 2.00, 1, null, 'stream-2019-10@r2'),
      (timestamp '2019-10-01 00:00:00', 'view', 1, 1, null, null, 4.00, 1, null, 'csv-2019-10@r0')
    ) as t(event_time, event_type, product_id, category_id, category_code, brand, price, user_id, user_session, version)`.execute(
      db,
    )
  })
  afterAll(() => db.destroy())
  const run = async (text: string) => (await db.executeQuery<unknown>(CompiledQuery.raw(text))).rows

  it('a mart sees the versions that it is given, and no other', async () => {
    const inputs = { events: ['csv-2019-10@r1', 'stream-2019-10@r2'], marts: {} }
    const text = martSelect({ dialect: 'duckdb', names, mart: sales, month: '2019-10', inputs })
    expect(await run(text)).toEqual([{ day: '2019-10-01', revenue: '3.50' }])
  })

  it('a view shows where an event came from', async () => {
    const versions = ['csv-2019-10@r1', 'stream-2019-10@r2']
    await run(viewStatement({ dialect: 'duckdb', names, view: userActivity, versions }))
    expect(await run('select source, price from ecommerce.user_activity order by price')).toEqual([
      { source: 'csv', price: '1.50' },
      { source: 'stream', price: '2.00' },
    ])
  })

  it('a view of no version has no rows', async () => {
    await run(viewStatement({ dialect: 'duckdb', names, view: userActivity, versions: [] }))
    expect(await run('select * from ecommerce.user_activity')).toEqual([])
  })
})
