import { sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { caseQuery } from '../../athena-views/case-query.ts'
import { MARTS } from '../../athena-views/index.ts'
import { TRINO_VERSION } from '../../local/trino/versions.ts'
import { writeParitySection } from '../../scripts/parity-sections.ts'
import { expectSameRows } from '../unit/athena-views/same-rows.ts'
import { FUNCTION_EXAMPLES } from '../unit/sql/function-examples.ts'
import type { Athena } from './athena-client.ts'

/** Tests that what stands beside the definitions as given and expected holds on Trino; one that runs is there when they run. */
export function testDefinitions(athena: () => Athena): void {
  let held = 0
  afterAll(() => {
    const cases = MARTS.flatMap((mart) => mart.cases).length
    const examples = FUNCTION_EXAMPLES.flatMap(([, some]) => some).length
    // Only a whole run says something; one test by its name does not.
    if (held !== cases + examples) return
    writeParitySection('trino-1-definitions', {
      title: 'Trino: what the definitions mean',
      text: `Given and expected rows that stand beside the definitions, compiled for Athena and run on Trino ${TRINO_VERSION}.`,
      tables: [
        {
          columns: ['what', 'run', 'as expected'],
          rows: [
            ['cases of the marts', cases, cases],
            ['examples of portable functions', examples, examples],
          ],
        },
      ],
    })
  })

  describe.each(MARTS.map((mart) => [mart.name, mart] as const))('%s', (_name, mart) => {
    it.each(mart.cases.map((example) => [example.name, example] as const))('%s', async (_case, example) => {
      const rows = await athena().rows(caseQuery('athena', mart, example))
      expectSameRows(mart.columns, rows, example.expect)
      for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(mart.columns))
      held++
    })
  })

  describe.each(FUNCTION_EXAMPLES)('%s', (_name, examples) => {
    it.each(examples)('%s', async (_case, expression, value) => {
      // A list comes back as a text that can't be split for certain, so it is told as JSON.
      const told = Array.isArray(value) ? sql<unknown>`json_format(cast(${expression} as json))` : expression
      const { rows } = await sql<{ v: unknown }>`select ${told} as v`.execute(athena().db)
      expect(Array.isArray(value) ? JSON.parse(String(rows[0]?.v)) : rows[0]?.v).toEqual(value)
      held++
    })
  })
}
