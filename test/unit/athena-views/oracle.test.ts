import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MARTS, publicViews } from '../../../athena-views/index.ts'
import { userActivity } from '../../../catalog/events.ts'
import { ORACLE_VIEWS, oracle, parseEvents } from '../../oracle/oracle.ts'
import { CsvLake } from './csv-lake.ts'
import { randomCsv } from './random-csv.ts'
import { expectSameRows } from './same-rows.ts'

const SAMPLE = join(import.meta.dirname, '../../../../shared/data/2019-Oct-sample.csv')

it('knows every published view', () => {
  expect(ORACLE_VIEWS.toSorted()).toEqual(publicViews.map(({ name }) => name).toSorted())
})

it('names a view that it does not know', () => {
  expect(() => oracle('sales', [], '2019-10')).toThrow('no view sales; it knows user_activity')
})

it('refuses a line that curation would have to judge', () => {
  expect(() => parseEvents('event_time\n2019-10-01 00:00:00 UTC,view')).toThrow('clean files only')
})

describe.skipIf(!existsSync(SAMPLE))(
  'the real sample (skipped where ../shared/data/2019-Oct-sample.csv is missing)',
  () => {
    compare(SAMPLE, ['2019-10'])

    it('has the event types that are known of it', () => {
      const events = parseEvents(readFileSync(SAMPLE, 'utf8'))
      const count = (type: string) => events.filter((event) => event.type === type).length
      expect([events.length, count('view'), count('cart'), count('purchase')]).toEqual([1000, 987, 3, 10])
    })
  },
)

const folder = mkdtempSync(join(tmpdir(), 'oracle-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.each([
  { seed: 1, variety: 1, events: 3000, from: '2019-09-01', days: 91, without: [] },
  {
    seed: 2,
    variety: 6,
    events: 8000,
    from: '2019-09-01',
    days: 91,
    without: ['2019-09-03', '2019-10-09', '2019-11-30'],
  },
])('random events of seed $seed', (options) => {
  const file = join(folder, `${options.seed}.csv`)
  writeFileSync(file, randomCsv(options))
  compare(file, ['2019-09', '2019-10', '2019-11'])

  it('say something of every view', () => {
    const events = parseEvents(readFileSync(file, 'utf8'))
    const empty = ORACLE_VIEWS.filter((view) => oracle(view, events, '2019-10').length === 0)
    expect(empty).toEqual([])
  })
})

describe('a rush over the end of October, where events of one second and month meet', () => {
  const file = join(folder, 'rush.csv')
  writeFileSync(
    file,
    randomCsv({ seed: 3, variety: 2, events: 2500, from: '2019-10-30', days: 4, without: [] }),
  )
  compare(file, ['2019-10', '2019-11'])
})

/** Every view's rows as SQL makes them and as plain TypeScript does. */
function compare(file: string, months: readonly string[]): void {
  let lake: CsvLake
  let events: ReturnType<typeof parseEvents>
  beforeAll(async () => {
    lake = await CsvLake.load(file)
    events = parseEvents(readFileSync(file, 'utf8'))
  })
  afterAll(() => lake.close())

  describe.each(months)('in %s', (month) => {
    it.each(MARTS.map((mart) => [mart.name, mart] as const))('%s', async (name, mart) => {
      expectSameRows(mart.columns, await lake.mart(mart, month), oracle(name, events, month))
    })

    it.each(MARTS.map((mart) => [mart.name, mart] as const))(
      '%s passes its data tests',
      async (_name, mart) => {
        expect(await lake.haltingTests(mart, month)).toEqual([])
      },
    )

    it(userActivity.name, async () => {
      const rows = await lake.userActivity(month)
      expectSameRows(userActivity.columns, rows, oracle(userActivity.name, events, month))
    })
  })
}
