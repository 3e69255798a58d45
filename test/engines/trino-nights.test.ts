import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { publicViews } from '../../athena-views/index.ts'
import { LAKE } from '../../catalog/layout.ts'
import { generateMonth } from '../../local/generate/generate-month.ts'
import { type ParitySection, writeParitySection } from '../../scripts/parity-sections.ts'
import { hasSample, NO_SAMPLE, SAMPLE } from '../local/lake-harness.ts'
import { ANALYST_QUERIES, inAthena } from './analyst-queries.ts'
import { compareRows } from './compare-rows.ts'
import { compareViews, rowsOfTable, VIEW_COLUMNS, type ViewComparison } from './compare-views.ts'
import { type LakePair, openLakePair } from './lake-pair.ts'

const EVENTS_A_MONTH = 50_000
const MONTHS = ['2019-10', '2019-11'] as const

const same = (compared: readonly ViewComparison[]): void => {
  expect(compared.map(({ view }) => view)).toEqual(publicViews.map(({ name }) => name))
  expect(compared.filter(({ differences }) => differences.length > 0)).toEqual([])
}

const tables: ParitySection['tables'] = []
afterAll(() => {
  if (tables.length < (hasSample ? 3 : 2)) return
  writeParitySection('trino-2-nights', {
    title: 'Trino: whole nights and the views that they publish',
    text: `The nightly state machine with Athena's statements run by Trino 476 in their Athena form (every CREATE TABLE AS, data
test and view), against the same night on the embedded engine. Every view was read whole from both: ids, counts, money,
dates, times and texts must be equal to the last digit, rates within 1e-9.`,
    tables,
  })
})

test.skipIf(!hasSample)(
  `a night on the real sample publishes the same views (${hasSample ? '' : NO_SAMPLE})`,
  async () => {
    await using pair = await openLakePair('trino-sample')
    pair.put('2019-Oct.csv', readFileSync(SAMPLE))
    expect(await pair.night()).toEqual(['SUCCEEDED', 'SUCCEEDED'])
    const compared = await compareViews(pair.embedded, pair.athena)
    same(compared)
    tables.push({
      caption: 'The real sample (1,000 events)',
      columns: VIEW_COLUMNS,
      rows: rowsOfTable(compared),
    })
  },
)

describe('two calibrated months', () => {
  let pair: LakePair
  const folder = mkdtempSync(path.join(tmpdir(), 'months-'))
  beforeAll(async () => {
    pair = await openLakePair('trino-months')
    for (const month of MONTHS) {
      const file = path.join(folder, `${month}.csv`)
      await generateMonth({ month, rows: EVENTS_A_MONTH, seed: 7, path: file, faults: 'some' })
      pair.put(`${month}.csv`, readFileSync(file), { month })
    }
    expect(await pair.night()).toEqual(['SUCCEEDED', 'SUCCEEDED'])
  })
  afterAll(async () => {
    await pair?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  it('publish the same views', async () => {
    const compared = await compareViews(pair.embedded, pair.athena)
    same(compared)
    for (const { view, rows } of compared) expect(rows, view).toBeGreaterThan(0)
    tables.unshift({
      caption: `Two calibrated months (${2 * EVENTS_A_MONTH} events, with faulty lines)`,
      columns: VIEW_COLUMNS,
      rows: rowsOfTable(compared),
    })
  })

  it('are left as they are by a night that finds nothing new', async () => {
    const { record } = await pair.trino.night()
    expect(record).toMatchObject({ status: 'unchanged', martsBuilt: 0 })
  })

  describe('an analyst asks for', () => {
    const rows: (string | number)[][] = []
    it.each(ANALYST_QUERIES.map((query) => [query.title, query] as const))('%s', async (title, query) => {
      const estimated = query.tolerance !== undefined
      const ours = await pair.embedded.query(query.sql)
      const theirs = (await pair.athena.rows(inAthena(query))).map((row) => Object.values(row))
      const compared = compareRows(ours, theirs, { tolerance: query.tolerance ?? 1e-9, estimated })
      expect(compared.differences).toEqual([])
      expect(ours).not.toHaveLength(0)
      const form = query.differences ? 'one a dialect' : 'the same'
      rows.push([title, form, compared.rows, estimated ? `within ${query.tolerance}` : 'equal'])
    })
    afterAll(() => {
      if (rows.length === ANALYST_QUERIES.length)
        tables.push({
          caption: "Analysts' own queries on these views",
          columns: ['query', 'text', 'rows', 'answers'],
          rows,
        })
    })
  })

  describe("Athena's limits", () => {
    const lakeUri = (key: string) => `s3://${pair.trino.lake.platform.names.lakeBucket}/${key}`
    const files = async (prefix: string) => {
      const { objects, names } = pair.trino.lake.platform
      return (await objects.list(names.lakeBucket, prefix)).objects.map(({ key }) => key)
    }
    const ctas = (table: string, properties: string, select: string) =>
      `create table ecommerce_lake.${table} with (${properties}) as ${select}`

    it('a place that is not empty is refused, and its files stay', async () => {
      const taken = LAKE.mart('sales_per_day')
      const before = await files(taken)
      expect(before.length).toBeGreaterThan(0)
      const [key = ''] = before
      const place = key.slice(0, key.lastIndexOf('/') + 1)
      const statement = ctas('taken', `external_location = '${lakeUri(place)}'`, 'select 1 as a')
      await expect(pair.athena.rows(statement)).rejects.toThrow(/HIVE_PATH_ALREADY_EXISTS/)
      await expect(pair.embedded.lake.platform.query('select * from ecommerce_lake.taken')).rejects.toThrow()
      expect(await files(taken)).toEqual(before)
    })

    it('a statement writes 100 partitions and not one more', async () => {
      const partitioned = (count: number) =>
        ctas(
          `parts_${count}`,
          `partitioned_by = array['k'], external_location = '${lakeUri(`scratch/${count}/`)}'`,
          `select n as a, n as k from unnest(sequence(1, ${count})) as t(n)`,
        )
      await pair.athena.rows(partitioned(100))
      expect(
        await pair.athena.rows('select count(*) as n from ecommerce_lake."parts_100$partitions"'),
      ).toEqual([{ n: 100n }])
      await expect(pair.athena.rows(partitioned(101))).rejects.toThrow(/HIVE_TOO_MANY_OPEN_PARTITIONS/)
    })
  })
})
