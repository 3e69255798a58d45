import { expect, test } from 'vitest'
import { MARTS } from '../../../../athena-views/index.ts'
import { martsReadBy } from '../../../../athena-views/levels.ts'
import { martCtas, martSelect, viewStatement } from '../../../../athena-views/statements.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../../../catalog/names.ts'
import { toTrino } from '../../../../local/trino/athena-to-trino.ts'

const names = namesOf(DEFAULT_DEPLOYMENT)
const OWN = 's3://results/tables/id/'
const rewritten = (sql: string) => toTrino(sql, OWN)

test.each(MARTS.map((mart) => [mart.name, mart] as const))(
  'of the CTAS of %s only the properties change',
  (_, mart) => {
    const inputs = {
      events: ['e@r1'],
      marts: Object.fromEntries(martsReadBy(mart).map((m) => [m.name, ['m@r1']])),
    }
    const request = { dialect: 'athena', names, mart, month: '2019-10', inputs } as const
    const { sql, session } = rewritten(martCtas({ ...request, table: 'tmp', location: 's3://lake/m/' }))
    expect(sql).toBe(
      `CREATE TABLE "ecommerce_lake"."tmp" WITH (format = 'PARQUET', external_location = 's3://lake/m/') AS ${martSelect(request)}`,
    )
    expect(session).toEqual({ 'awsdatacatalog.compression_codec': 'ZSTD' })
  },
)

test('a view and a query go as they are', () => {
  const [mart] = MARTS
  const view = mart && viewStatement({ dialect: 'athena', names, view: mart, versions: ["a'b@r1"] })
  for (const sql of [
    view ?? '',
    'select 1',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    'EXPLAIN ANALYZE SELECT 1',
  ])
    expect(rewritten(sql)).toEqual({ sql, session: {} })
  expect(rewritten(' -- why\n select 1 ;\n').sql).toBe('select 1')
})

test('a CTAS without properties gets the place and the codec that Athena gives it', () => {
  expect(rewritten('create table T as select 1 a')).toEqual({
    sql: `CREATE TABLE "t" WITH (format = 'PARQUET', external_location = '${OWN}') AS select 1 a`,
    session: { 'awsdatacatalog.compression_codec': 'GZIP' },
  })
})

test('partitions and an uncompressed format are kept, what is always so is left out', () => {
  const properties = `table_type = 'HIVE', is_external = true, parquet_compression = 'UNCOMPRESSED', partitioned_by = ARRAY['a', 'b']`
  const { sql, session } = rewritten(`CREATE TABLE d.t WITH (${properties}) AS SELECT 1`)
  expect(sql).toBe(
    `CREATE TABLE "d"."t" WITH (format = 'PARQUET', external_location = '${OWN}', partitioned_by = ARRAY['a', 'b']) AS SELECT 1`,
  )
  expect(session).toEqual({ 'awsdatacatalog.compression_codec': 'NONE' })
})

test.each([
  ['DROP TABLE IF EXISTS `a`.`b`', 'DROP TABLE IF EXISTS "a"."b"'],
  ['SHOW DATABASES', 'SHOW SCHEMAS'],
  ['SHOW TABLES IN `ecommerce`', 'SHOW TABLES IN "ecommerce"'],
  [
    'SHOW VIEWS IN Ecommerce',
    "SELECT table_name FROM information_schema.views WHERE table_schema = 'ecommerce' ORDER BY 1",
  ],
  ['SHOW PARTITIONS a.b', 'SELECT * FROM "a"."b$partitions"'],
  ['DESCRIBE `a`.b', 'DESCRIBE "a".b'],
])('Hive’s %s is %s', (athena, trino) => {
  expect(rewritten(athena).sql).toBe(trino)
})

test.each([
  ['CALL system.flush_metadata_cache()', /NOT_SUPPORTED/],
  ['INSERT INTO a.b SELECT 1', /NOT_SUPPORTED/],
  ['EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1', /only queries/],
  ["CREATE TABLE t WITH (format = 'ORC') AS SELECT 1", /PARQUET/],
])('%s is refused', (sql, message) => {
  expect(() => rewritten(sql)).toThrow(message)
})
