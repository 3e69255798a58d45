import { describe, expect, it } from 'vitest'
import { MARTS, publicViews } from '../../../athena-views/index.ts'
import { levelsOf, martsReadBy } from '../../../athena-views/levels.ts'
import type { Mart } from '../../../athena-views/mart.ts'
import { uniqueVisitorsPerDay } from '../../../athena-views/unique-visitors-per-day.ts'
import { userActivity } from '../../../catalog/events.ts'

const mart = (name: string, ...reads: Mart['reads']): Mart => ({ ...uniqueVisitorsPerDay, name, reads })
const namesOf = (levels: readonly Mart[][]) => levels.map((level) => level.map(({ name }) => name))

const visits = mart('visits', userActivity)
const sales = mart('sales', userActivity)
const ranking = mart('ranking', sales)
const report = mart('report', ranking, visits, userActivity)

describe('the order of building', () => {
  it('follows from what each mart reads, and puts side by side what can be', () => {
    expect(namesOf(levelsOf([report, ranking, visits, sales]))).toEqual([
      ['visits', 'sales'],
      ['ranking'],
      ['report'],
    ])
  })

  it('has no level where there is nothing to build', () => {
    expect(levelsOf([])).toEqual([])
  })

  it('names the mart that is read but not listed', () => {
    expect(() => levelsOf([visits, ranking])).toThrow(
      'ranking reads sales. Break the cycle, or list the mart',
    )
  })

  it('names the marts of a cycle', () => {
    const first: Mart = { ...visits, name: 'first', reads: [] }
    const second = mart('second', first)
    const cycle = [{ ...first, reads: [second] }, second]
    expect(() => levelsOf(cycle)).toThrow('first reads second; second reads first.')
  })

  it('exists for all marts', () => {
    expect(levelsOf(MARTS).flat()).toHaveLength(MARTS.length)
  })

  it('leaves the events out of what must be built', () => {
    expect(martsReadBy(report)).toEqual([ranking, visits])
  })
})

describe('every mart', () => {
  it('has a name of its own, and is published', () => {
    expect(new Set(MARTS.map(({ name }) => name)).size).toBe(MARTS.length)
    expect(publicViews.map(({ name }) => name)).toEqual(['user_activity', ...MARTS.map(({ name }) => name)])
  })

  it.each(MARTS.map((each) => [each.name, each] as const))(
    '%s says what a row and each column is',
    (_name, each) => {
      expect(each.grain).toMatch(/^One row per .*\.$/)
      for (const { comment } of Object.values(each.columns)) expect(comment).toMatch(/\S.*\.$/)
    },
  )

  it.each(MARTS.map((each) => [each.name, each] as const))(
    '%s has data tests, each of its own name',
    (_name, each) => {
      expect(each.tests.length).toBeGreaterThan(1)
      expect(new Set(each.tests.map(({ name }) => name)).size).toBe(each.tests.length)
    },
  )
})
