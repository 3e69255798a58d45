import { expect, it } from 'vitest'
import { auditTables } from '../../catalog/audit.ts'
import { type Column, glueType } from '../../catalog/column.ts'
import { csv, goodLines, line, type TestLake } from '../local/lake-harness.ts'
import type { Athena } from './athena-client.ts'
import { compareViews } from './compare-views.ts'

/** What Trino calls a column's type. */
const trinoType = (column: Column): string =>
  ({ string: 'varchar', int: 'integer', timestamp: 'timestamp(3)', 'array<string>': 'array(varchar)' })[
    glueType(column)
  ] ?? glueType(column)

/** Tests the audit's views on Trino, in a lake in which nothing has run yet. */
export function testAudit(lake: () => TestLake, athena: () => Athena): void {
  it('are there before anything has run, and without rows', async () => {
    for (const { name } of auditTables)
      expect(await athena().rows(`select * from ecommerce.${name}`)).toEqual([])
  })

  it('have the columns and types that the catalog says', async () => {
    for (const { name, columns } of auditTables) {
      const found = await athena().rows(
        `select column_name, data_type from information_schema.columns where table_schema = 'ecommerce' and table_name = '${name}' order by ordinal_position`,
      )
      expect(found.map(Object.values)).toEqual(
        Object.entries(columns).map(([column, definition]) => [column, trinoType(definition)]),
      )
    }
  })

  it('have the same rows as in the embedded engine: of nights that published, found nothing new, and failed', async () => {
    const quoted = csv(...goodLines(50), line({ product: '"x, ""y"""' }))
    lake().put('2019-Oct.csv', quoted)
    expect((await lake().night({ startedBy: 'Ada "the first" \\ Lovelace' })).execution.error).toBeNull()
    await lake().night()
    await lake().night({ months: ['2031-01'] })
    const compared = await compareViews(
      lake(),
      athena(),
      auditTables.map(({ name }) => name),
    )
    expect(compared.map(({ view, rows, differences }) => [view, rows, differences])).toEqual([
      ['runs', 3, []],
      ['run_slices', 1, []],
    ])
  })

  it('answer what operators ask', async () => {
    const lastWeek = `select run, outcome, seconds, rows_read, cost_usd, started_by from ecommerce.runs
      where started_at > cast(current_timestamp as timestamp) - interval '7' day order by started_at`
    expect(await athena().rows(lastWeek)).toMatchObject([
      { run: 'r1', outcome: 'published', rows_read: 51n, started_by: 'Ada "the first" \\ Lovelace' },
      { run: 'r2', outcome: 'unchanged', rows_read: 0n, started_by: null },
      { run: 'r3', outcome: 'failed', rows_read: 0n },
    ])
    const slices = `select s.slice, s.reject_rate, r.outcome from ecommerce.run_slices s
      join ecommerce.runs r on r.execution = s.execution where s.first_event >= timestamp '2019-10-01 00:00:00'`
    expect(await athena().rows(slices)).toEqual([
      { slice: 'csv-2019-10', reject_rate: expect.closeTo(1 / 51, 12), outcome: 'published' },
    ])
    expect(
      await athena().rows(
        "select warning from ecommerce.runs cross join unnest(warnings) as t(warning) where run = 'r1'",
      ),
    ).not.toEqual([])
  })
}
