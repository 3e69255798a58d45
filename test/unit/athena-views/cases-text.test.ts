import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { caseQuery } from '../../../athena-views/case-query.ts'
import { event } from '../../../athena-views/event-case.ts'
import type { MartCase } from '../../../athena-views/mart.ts'
import { uniqueVisitorsPerDay } from '../../../athena-views/unique-visitors-per-day.ts'
import { expectSameRows } from './same-rows.ts'

const example = (given: MartCase['given']): MartCase => ({ name: '', month: '2019-10', given, expect: [] })

describe('a case as a statement', () => {
  it('holds the given rows as text that is cast to the type of each column', () => {
    const rows = [event({ brand: "l'oreal", user_session: null, price: '0.10' })]
    const text = caseQuery('athena', uniqueVisitorsPerDay, example({ user_activity: rows }))
    expect(text).toContain(
      "(values ('2019-10-01 00:00:00', 'view', '1001', '2053013555631882655', 'electronics.smartphone', " +
        "'l''oreal', '0.10', '1', null, 'csv')) as given(",
    )
    expect(text).toContain('cast("event_time" as timestamp(3)) as "event_time"')
    expect(text).toContain('cast("price" as decimal(10, 2)) as "price"')
  })

  it('has no rows where none are given', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const empty: MartCase['given'][] = [{}, { user_activity: [] }]
    for (const given of empty) {
      const result = await connection.runAndReadAll(caseQuery('duckdb', uniqueVisitorsPerDay, example(given)))
      expect(result.getRows()).toEqual([])
    }
    connection.closeSync()
  })
})

describe('rows of a case', () => {
  const columns = uniqueVisitorsPerDay.columns
  const rate = { rate: { kind: 'double', nullable: true, comment: '' } } as const

  it('are compared whatever their order', () => {
    expectSameRows(columns, [{ events: 2n }, { events: 1n }], [{ events: 1n }, { events: 2n }])
  })

  it('may differ in the last digits of a double, and in nothing else', () => {
    expectSameRows(rate, [{ rate: 0.1 + 0.2 }], [{ rate: 0.3 }])
    expect(() => expectSameRows(rate, [{ rate: 0.3001 }], [{ rate: 0.3 }])).toThrow()
    expect(() => expectSameRows(rate, [{ rate: null }], [{ rate: 0 }])).toThrow()
    expect(() => expectSameRows(columns, [{ events: 1n }], [])).toThrow()
    expect(() => expectSameRows(columns, [], [{ events: 1n }])).toThrow()
  })
})
