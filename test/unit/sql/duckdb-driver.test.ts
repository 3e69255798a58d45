import { DuckDBInstance } from '@duckdb/node-api'
import { Kysely, sql } from 'kysely'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { DuckDBDialect } from '../../../sql/duckdb/duckdb-dialect.ts'

const open = () => DuckDBInstance.create(':memory:', { threads: '1' })
const db = new Kysely<Record<string, Record<string, unknown>>>({
  dialect: new DuckDBDialect({ duckdb: open }),
})
afterAll(() => db.destroy())

const only = async (expression: string) => {
  const { rows } = await sql<{ v: unknown }>`select ${sql.raw(expression)} as v`.execute(db)
  return rows[0]?.v
}

describe('a value from DuckDB', () => {
  it.each([
    ['2053013555631882655::bigint', 2053013555631882655n],
    ['sum(9223372036854775807::bigint) + 1', 9223372036854775808n],
    ['7::integer', 7],
    ['0.1::double', 0.1],
    ['true', true],
    ["''", ''],
    ['null', null],
    ['35.70::decimal(10, 2)', '35.70'],
    ['-0.05::decimal(10, 2)', '-0.05'],
    ['99999999999999999.99::decimal(38, 2)', '99999999999999999.99'],
    ["date '2019-10-01'", '2019-10-01'],
    ["timestamp '2019-10-01 00:00:00'", '2019-10-01 00:00:00'],
    ["timestamp '2019-10-01 23:59:59.120000'", '2019-10-01 23:59:59.12'],
    ["timestamp '2019-10-01 23:59:59.000001'", '2019-10-01 23:59:59.000001'],
    ["timestamptz '2019-10-01 02:00:00+02'", '2019-10-01 00:00:00'],
    ["['a', null, '']", ['a', null, '']],
    ['[1.50::decimal(10, 2)]', ['1.50']],
    [
      "{'id': 2053013555631882655, 'day': date '2019-10-01'}",
      { id: 2053013555631882655n, day: '2019-10-01' },
    ],
    ["'ab'::blob", Buffer.from('ab')],
    ["uuid '72d76fde-8bb3-4e00-8c23-a032dfed738c'", '72d76fde-8bb3-4e00-8c23-a032dfed738c'],
  ])('%s', async (expression, value) => {
    expect(await only(expression)).toEqual(value)
  })
})

describe('the DuckDB dialect', () => {
  it('runs what Kysely builds, and says how many rows an insert wrote', async () => {
    await db.schema
      .createTable('sales')
      .addColumn('brand', 'varchar')
      .addColumn('price', sql`decimal(10, 2)`)
      .execute()
    const inserted = await db
      .insertInto('sales')
      .values([
        { brand: "l'oreal", price: '1.50' },
        { brand: null, price: null },
      ])
      .executeTakeFirst()
    expect(inserted.numInsertedOrUpdatedRows).toBe(2n)
    expect(await db.selectFrom('sales').selectAll().where('brand', '=', "l'oreal").execute()).toEqual([
      { brand: "l'oreal", price: '1.50' },
    ])
  })

  it('streams without holding all rows', async () => {
    let sum = 0n
    const rows = db
      .selectFrom(sql<{ range: bigint }>`range(5000)`.as('r'))
      .select((eb) => eb.ref('r.range').$castTo<bigint>().as('range'))
      .stream()
    for await (const { range } of rows) sum += range
    expect(sum).toBe(12497500n)
  })

  it('stops a query that its caller cancels', async () => {
    // Kysely reports how the query ended after its caller had stopped to wait.
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const abort = new AbortController()
    const endless = db
      .selectFrom([sql`range(1000000000)`.as('a'), sql`range(1000)`.as('b')])
      .select((eb) => eb.fn.sum(sql`hash(a.range, b.range)`).as('s'))
      .execute({ signal: abort.signal, inflightQueryAbortStrategy: 'cancel query' })
    setTimeout(() => abort.abort(), 20)
    await expect(endless).rejects.toThrow()
    expect(await only('1')).toBe(1)
  })

  it('sets up every connection as it is told', async () => {
    const strict = new Kysely<never>({
      dialect: new DuckDBDialect({
        duckdb: await open(),
        onCreateConnection: async (connection) => {
          await connection.executeQuery({ ...sql`set timezone = 'UTC'`.compile(db) })
        },
      }),
    })
    const { rows } = await sql<{ v: string }>`select current_setting('timezone') as v`.execute(strict)
    expect(rows).toEqual([{ v: 'UTC' }])
    await strict.destroy()
  })

  it('has no transactions, because Athena has none', async () => {
    await expect(db.transaction().execute(async () => {})).rejects.toThrow('The lake has no transactions')
  })

  it('describes its tables and views', async () => {
    const described = new Kysely<never>({ dialect: new DuckDBDialect({ duckdb: open }) })
    await sql`create schema shop`.execute(described)
    await sql`create table shop.sales (id bigint not null, price decimal(10, 2) default 0)`.execute(described)
    await sql`create view shop.cheap as select id from shop.sales`.execute(described)
    const { introspection } = described
    expect(await introspection.getSchemas()).toContainEqual({ name: 'shop' })
    const column = { isAutoIncrementing: false, hasDefaultValue: false }
    const cheap = [{ ...column, name: 'id', dataType: 'BIGINT', isNullable: true }]
    const sales = [
      { ...column, name: 'id', dataType: 'BIGINT', isNullable: false },
      { ...column, name: 'price', dataType: 'DECIMAL(10,2)', isNullable: true, hasDefaultValue: true },
    ]
    expect(await introspection.getTables()).toEqual([
      { schema: 'shop', name: 'cheap', isView: true, isForeign: false, columns: cheap },
      { schema: 'shop', name: 'sales', isView: false, isForeign: false, columns: sales },
    ])
    await described.destroy()
  })

  it('needs no lock for migrations', async () => {
    const adapter = new DuckDBDialect({ duckdb: open }).createAdapter()
    const lock = { lockTable: 'lock', lockRowId: '1' }
    await expect(adapter.acquireMigrationLock(db, lock)).resolves.toBeUndefined()
    await expect(adapter.releaseMigrationLock(db, lock)).resolves.toBeUndefined()
    expect(adapter.supportsReturning).toBe(true)
  })

  it('is closed for good once it is destroyed', async () => {
    const closed = new Kysely<never>({ dialect: new DuckDBDialect({ duckdb: open }) })
    await sql`select 1`.execute(closed)
    await closed.destroy()
    await expect(sql`select 1`.execute(closed)).rejects.toThrow('destroyed')
  })
})
