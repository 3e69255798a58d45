import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONFIGURATIONS, configurationOf } from '../../../infra/config.ts'
import { keyVerdicts } from '../../../lambdas/gate-partition-key/partition-key-rules.ts'
import { judge } from '../../../lambdas/gate-slice/judge.ts'
import { SLICE_RULES } from '../../../lambdas/gate-slice/rules.ts'
import { headerProblem } from '../../../lambdas/plan-slices/header-problem.ts'
import { metrics } from './fakes/documents.ts'

const SAMPLE = path.resolve(import.meta.dirname, '../../../../shared/data/2019-Oct-sample.csv')

/** Needs the 1,000 real rows, which the project may not ship: their licence forbids redistribution. */
describe.skipIf(!existsSync(SAMPLE))(
  'the real sample (skipped where it is not beside the repository)',
  () => {
    const bytes = existsSync(SAMPLE) ? readFileSync(SAMPLE) : Buffer.alloc(0)
    const rows = bytes
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
    const emptyIn = (column: number) => rows.filter((row) => row[column] === '').length
    const categories = Map.groupBy(rows, (row) => row[3])
    const largest = Math.max(...[...categories.values()].map(({ length }) => length))

    it('has the header', () => {
      expect(headerProblem(bytes.subarray(0, 64 * 1024))).toBeUndefined()
    })

    it('passes every rule of the quality gate, in every environment', () => {
      const nulls = {
        category_code: emptyIn(4),
        brand: emptyIn(5),
        user_session: emptyIn(8),
        price: emptyIn(6),
      }
      const zeroPrices = rows.filter((row) => Number(row[6]) === 0).length
      const sample = metrics({ read: rows.length, curated: rows.length, nulls, zeroPrices })
      for (const environment of Object.keys(CONFIGURATIONS)) {
        const verdicts = judge(SLICE_RULES, sample, {}, configurationOf(environment).quality.slice)
        expect(new Set(verdicts.map(({ action }) => action))).toEqual(new Set(['pass']))
      }
    })

    it('is well partitioned by category_id', () => {
      const verdicts = keyVerdicts({
        sampleSize: rows.length,
        columns: [
          {
            name: 'category_id',
            type: 'bigint',
            distinctValuesCount: categories.size,
            missingValuesCount: emptyIn(3),
            mostCommonValues: [{ value: 'the largest', count: largest }],
          },
        ],
      })
      expect(verdicts.map(({ action }) => action)).toEqual(['pass', 'pass', 'pass'])
    })
  },
)
