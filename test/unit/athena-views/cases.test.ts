import { DuckDBInstance } from '@duckdb/node-api'
import { CompiledQuery, Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseQuery } from '../../../athena-views/case-query.ts'
import { MARTS } from '../../../athena-views/index.ts'
import { DuckDBDialect } from '../../../sql/duckdb/duckdb-dialect.ts'
import { expectSameRows } from './same-rows.ts'

let db: Kysely<never>
beforeAll(() => {
  db = new Kysely({
    dialect: new DuckDBDialect({ duckdb: () => DuckDBInstance.create(':memory:', { threads: '1' }) }),
  })
})
afterAll(() => db.destroy())

describe.each(MARTS.map((mart) => [mart.name, mart] as const))('%s', (_name, mart) => {
  it('has at least one case', () => {
    expect(mart.cases).not.toHaveLength(0)
  })

  it.each(mart.cases.map((example) => [example.name, example] as const))('%s', async (_case, example) => {
    const { rows } = await db.executeQuery<Record<string, unknown>>(
      CompiledQuery.raw(caseQuery('duckdb', mart, example)),
    )
    expectSameRows(mart.columns, rows, example.expect)
    for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(mart.columns))
  })
})
