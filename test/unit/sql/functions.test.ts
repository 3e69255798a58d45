import { DuckDBInstance } from '@duckdb/node-api'
import { type AliasableExpression, Kysely, sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { DuckDBDialect } from '../../../sql/duckdb/duckdb-dialect.ts'
import { approxDistinct } from '../../../sql/functions.ts'
import { FUNCTION_EXAMPLES } from './function-examples.ts'

const db = new Kysely<never>({
  dialect: new DuckDBDialect({ duckdb: () => DuckDBInstance.create(':memory:', { threads: '1' }) }),
})
afterAll(() => db.destroy())

const resultOf = async (expression: AliasableExpression<unknown>) => {
  const { rows } = await sql<{ v: unknown }>`select ${expression} as v`.execute(db)
  return rows[0]?.v
}

describe.each(FUNCTION_EXAMPLES)('%s', (_name, examples) => {
  it.each(examples)('%s', async (_case, expression, value) => {
    expect(await resultOf(expression)).toEqual(value)
  })
})

describe('approxDistinct', () => {
  it('counts a few values exactly', async () => {
    const { rows } = await sql<{ v: bigint }>`select ${approxDistinct(sql.ref('x'))} as v
      from (values (1), (1), (2), (null)) as t(x)`.execute(db)
    expect(rows).toEqual([{ v: 2n }])
  })
})
