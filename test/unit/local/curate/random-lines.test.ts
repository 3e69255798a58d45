import { expect, test } from 'vitest'
import { CSV_COLUMNS, CSV_HEADER } from '../../../../catalog/events.ts'
import { curateFiles } from './curate-files.ts'
import { damagedLines } from './damaged-lines.ts'
import { judge } from './reference-parser.ts'

test.for([1, 2, 3])('20,000 damaged lines (seed %i) are judged as by the reference parser', async (seed) => {
  const lines = damagedLines(20_000, seed)
  const { events, rejected, metrics } = await curateFiles({ 'a.csv': `${CSV_HEADER}\n${lines.join('\n')}\n` })

  const expectedEvents = new Set<string>()
  const expectedRejects: string[] = []
  let accepted = 0
  for (const line of lines) {
    const verdict = judge(line, '2019-10')
    if ('event' in verdict) {
      expectedEvents.add(JSON.stringify(verdict.event))
      accepted++
    } else expectedRejects.push(JSON.stringify([line, ...verdict.reasons]))
  }
  expect(events.map((row) => JSON.stringify(CSV_COLUMNS.map((column) => row[column]))).sort()).toEqual(
    [...expectedEvents].sort(),
  )
  expect(rejected.map(({ raw, reasons }) => JSON.stringify([raw, ...reasons])).sort()).toEqual(
    expectedRejects.sort(),
  )
  expect(metrics).toMatchObject({
    read: lines.length,
    curated: expectedEvents.size,
    duplicates: accepted - expectedEvents.size,
    quarantined: expectedRejects.length,
  })
})
