import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allViews, MARTS, publicViews } from '../../athena-views/index.ts'
import { LAKE } from '../../catalog/layout.ts'
import { generateMonth } from '../../local/generate/generate-month.ts'
import { type ParitySection, writeParitySection } from '../../scripts/parity-sections.ts'
import { ANALYST_QUERIES, inAthena } from './analyst-queries.ts'
import { type Athena, athenaOf } from './athena-client.ts'
import { verdictsOf } from './compare-lakes.ts'
import { compareRows } from './compare-rows.ts'
import { columnTypes, compareViews, rowsOfTable, VIEW_COLUMNS } from './compare-views.ts'
import { FALSIFICATIONS, falsified } from './falsified-views.ts'
import { type LakePair, openLakePair } from './lake-pair.ts'

const EVENTS_A_MONTH = 50_000
const MONTHS = ['2019-10', '2019-11'] as const

const tables: ParitySection['tables'] = []
afterAll(() => {
  if (tables.length < 2) return
  writeParitySection('trino-2-nights', {
    title: 'Trino: whole nights and the views that they publish',
    text: `The nightly state machine with Athena's statements run by Trino 476 in their Athena form (every CREATE TABLE AS, data
test and view), against the same night on the embedded engine. Every view was read whole from both: ids, counts, money,
dates, times and texts must be equal to the last digit, rates within 1e-9.`,
    tables,
  })
})

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
    const verdicts = await verdictsOf(pair.embedded, 'r1')
    expect(await verdictsOf(pair.trino, 'r1')).toEqual(verdicts)
    expect(Object.keys(verdicts)).toHaveLength(MONTHS.length + 1 + MONTHS.length * MARTS.length)
    const compared = await compareViews(pair.embedded, pair.athena)
    expect(compared.map(({ view }) => view)).toEqual(publicViews.map(({ name }) => name))
    expect(compared.filter(({ differences }) => differences.length > 0)).toEqual([])
    for (const { view, rows } of compared) expect(rows, view).toBeGreaterThan(0)
    tables.unshift({
      caption: `Two calibrated months (${2 * EVENTS_A_MONTH} events, with faulty lines; ${Object.values(verdicts).flat().length} verdicts of gates and data tests are equal)`,
      columns: VIEW_COLUMNS,
      rows: rowsOfTable(compared),
    })
  })

  it('have the same columns, of the same types', async () => {
    const [ours, theirs] = await columnTypes(pair.embedded, pair.athena)
    expect(theirs).toEqual(ours)
    expect(ours).toContain('product_sales.revenue decimal(18,2)')
    expect(new Set(ours.map((line) => line.split('.')[0])).size).toBe(allViews.length)
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

  const DIFFERENCES = ANALYST_QUERIES.flatMap((query) =>
    (query.differences ?? []).map((difference) => [difference.to, query, difference] as const),
  )
  describe('where dialects differ, Athena refuses the words of DuckDB or says something else:', () => {
    it.each(DIFFERENCES)('%s', async (_to, query, difference) => {
      const text = inAthena(query, difference)
      expect(text, 'the query has the words').toContain(difference.duckdb)
      const ours = await pair.embedded.query(query.sql)
      const theirs = await pair.athena.rows(text).catch((error: Error) => error)
      if (theirs instanceof Error) expect(theirs.message).toMatch(/[A-Z]+_[A-Z_]+: /)
      else {
        const rows = theirs.map((row) => Object.values(row))
        expect(compareRows(ours, rows, { tolerance: 1e-9 }).differences).not.toEqual([])
      }
    })
  })

  describe("Athena's limits", () => {
    // In the workgroup of marts: the analysts' one chooses places itself, and so does this platform's.
    let marts: Athena
    beforeAll(() => {
      const { platform } = pair.trino.lake
      marts = athenaOf(platform, platform.names.martWorkgroup)
    })
    afterAll(() => marts?.[Symbol.asyncDispose]())
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
      await expect(marts.rows(statement)).rejects.toThrow(/HIVE_PATH_ALREADY_EXISTS/)
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
      await marts.rows(partitioned(100))
      expect(await marts.rows('select count(*) as n from ecommerce_lake."parts_100$partitions"')).toEqual([
        { n: 100n },
      ])
      await expect(marts.rows(partitioned(101))).rejects.toThrow(/HIVE_TOO_MANY_OPEN_PARTITIONS/)
    })
  })

  // The last of all: what they publish is no longer true.
  describe('a comparison finds', () => {
    it.each(FALSIFICATIONS.map((one) => [one.what, one] as const))('%s', async (_what, one) => {
      await pair.athena.rows(falsified(pair.trino.lake.platform, await pair.release(), one))
      const [compared] = await compareViews(pair.embedded, pair.athena, [one.view])
      expect(compared?.differences.join('\n')).toMatch(one.told)
    })
  })
})
