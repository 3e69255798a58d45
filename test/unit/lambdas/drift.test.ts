import { beforeEach, describe, expect, it, vi } from 'vitest'
import { quarantinedRows } from '../../../catalog/events.ts'
import { handler as gateSlice } from '../../../lambdas/gate-slice/handler.ts'
import type { ReleasedSlice, SliceMetrics, Verdict } from '../../../lambdas/shared/documents.ts'
import { metrics, publish, release, SLICE } from './fakes/documents.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, names } from './fakes/fake-aws.ts'

/** The published figures of the real data set, with quantiles and categories that fit them. */
const OCTOBER = metrics({
  version: 'csv-2019-10@r0',
  read: 42_448_764,
  curated: 42_418_545,
  duplicates: 30_219,
  eventTypes: { view: 40_779_399, cart: 898_443, remove_from_cart: 0, purchase: 740_703 },
  nulls: { category_code: 13_515_609, brand: 6_113_008, user_session: 2, price: 0 },
  zeroPrices: 68_673,
  price: { min: '0.00', max: '2574.07', p50: '162.93', p90: '756.75', p99: '1661.12' },
  firstEvent: '2019-10-01 00:00:00',
  lastEvent: '2019-10-31 23:59:59',
  categoryRows: { '2053013555631882655': 11_500_000, '2053013554415534427': 30_900_000, '7': 18_545 },
})
const NOVEMBER: Partial<SliceMetrics> = {
  slice: 'csv-2019-11',
  version: 'csv-2019-11@r1',
  month: '2019-11',
  read: 67_501_979,
  curated: 67_401_464,
  duplicates: 100_515,
  eventTypes: { view: 63_556_110, cart: 2_930_000, remove_from_cart: 0, purchase: 915_354 },
  nulls: { category_code: 21_898_171, brand: 9_218_235, user_session: 10, price: 0 },
  zeroPrices: 188_088,
  price: { min: '0.00', max: '2574.07', p50: '167.03', p90: '755.95', p99: '1656.00' },
  firstEvent: '2019-11-01 00:00:00',
  lastEvent: '2019-11-30 23:59:59',
  categoryRows: { '2053013555631882655': 16_600_000, '2053013554415534427': 50_800_000, '8': 1_464 },
}

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  aws.glue.addTable(names.lakeDatabase, quarantinedRows.name)
})

const released = (document: SliceMetrics): ReleasedSlice => ({
  version: document.version,
  source: 'csv',
  month: document.month,
  fingerprint: 'f',
  rows: document.curated,
})

/** What the release has: each slice as its run has counted it. */
function publishSlices(...documents: SliceMetrics[]): void {
  const slices = Object.fromEntries(documents.map((document) => [document.slice, released(document)]))
  publish(aws, release({ slices }))
  for (const document of documents)
    aws.s3.putJson(LAKE_BUCKET, `control/runs/r0/${document.slice}.metrics.json`, document)
}

/** Judges a slice of run r1; the verdicts as they were recorded. */
async function judged(values: Partial<SliceMetrics>): Promise<{ warnings: string[]; verdicts: Verdict[] }> {
  const document = metrics(values)
  const { slice, month, version } = document
  aws.s3.putJson(LAKE_BUCKET, `control/runs/r1/${slice}.metrics.json`, document)
  const { warnings } = await gateSlice({ run: 'r1', slice: { ...SLICE, slice, month, version } })
  return { warnings, verdicts: aws.s3.json(LAKE_BUCKET, `control/runs/r1/${slice}.gate.json`).verdicts }
}

const verdictOf = (verdicts: readonly Verdict[], rule: string) => verdicts.find((v) => v.rule === rule)

describe('drift against the month before', () => {
  beforeEach(() => publishSlices(OCTOBER))

  it('finds nothing to warn of in the real November, and records what it measured', async () => {
    const { warnings, verdicts } = await judged(NOVEMBER)
    expect(warnings).toEqual([])
    expect(verdictOf(verdicts, 'drift of events a day')).toMatchObject({
      action: 'pass',
      threshold: 0.5,
      message: '2246715 events a day, where the month before had 1368340, +64.19 % (against csv-2019-10@r0).',
    })
    expect(verdictOf(verdicts, 'drift of cart share')?.message).toBe(
      '4.35 % of the events are cart, before 2.12 %, +105.24 % (against csv-2019-10@r0).',
    )
    expect(verdictOf(verdicts, 'drift of nulls in brand')?.message).toBe(
      'brand is missing in 13.68 % of the events, before in 14.41 % (against csv-2019-10@r0).',
    )
    expect(verdictOf(verdicts, 'drift of price p50')?.message).toBe(
      'p50 of the price is 167.03, before 162.93, +2.52 % (against csv-2019-10@r0).',
    )
    expect(verdictOf(verdicts, 'new categories')?.message).toBe(
      '1 new categories have 1464 of 67401464 events (0.00 %): 8 (1464) (against csv-2019-10@r0).',
    )
    expect(verdictOf(verdicts, 'vanished categories')).toMatchObject({
      value: 18_545 / 42_418_545,
      message:
        '1 vanished categories had 18545 of 42418545 events (0.04 %): 7 (18545) (against csv-2019-10@r0).',
    })
  })

  it.each<[string, Partial<SliceMetrics>, RegExp]>([
    ['far fewer events a day', { curated: 20_000_000, read: 20_100_515 }, /666667 events a day.*-51.28 %/],
    [
      'half of the brands lost',
      { nulls: { category_code: 21_898_171, brand: 20_000_000, user_session: 10, price: 0 } },
      /brand is missing in 29.67 % of the events, before in 14.41 %.*Ask whether the export has changed/,
    ],
    [
      'a month without purchases',
      { eventTypes: { view: 64_471_464, cart: 2_930_000, remove_from_cart: 0, purchase: 0 } },
      /0.00 % of the events are purchase, before 1.75 %, -100.00 %/,
    ],
    [
      'events that there were none of',
      { eventTypes: { view: 54_471_464, cart: 2_930_000, remove_from_cart: 9_084_646, purchase: 915_354 } },
      /13.48 % of the events are remove_from_cart, before 0.00 %, new/,
    ],
    [
      'prices in cents',
      { price: { min: '0.00', max: '99999.99', p50: '16703.00', p90: '755.95', p99: '1656.00' } },
      /p50 of the price is 16703.00, before 162.93, \+10151.64 %.*currency and unit/,
    ],
    [
      'categories with other ids',
      { categoryRows: { '1': 30_000_000, '2': 20_000_000, '3': 9_000_000, '4': 8_000_000, '5': 401_464 } },
      /5 new categories have 67401464 of 67401464 events \(100.00 %\): 1 \(30000000\), 2 \(20000000\), 3 \(9000000\) and 2 more/,
    ],
  ])('warns of %s, with the figures, and never sets anything aside', async (_, values, warning) => {
    const { warnings, verdicts } = await judged({ ...NOVEMBER, ...values })
    expect(warnings).toContainEqual(expect.stringMatching(warning))
    expect(new Set(verdicts.map(({ action }) => action))).toEqual(new Set(['pass', 'warn']))
  })

  it('compares the first days of a month with a whole month per day', async () => {
    const firstDays = { curated: 6_740_146, read: 6_740_146, duplicates: 0, lastEvent: '2019-11-03 11:00:00' }
    const nulls = { category_code: 2_100_000, brand: 921_000, user_session: 1, price: 0 }
    const { verdicts } = await judged({ ...NOVEMBER, ...firstDays, nulls, eventTypes: {} })
    expect(verdictOf(verdicts, 'drift of events a day')).toMatchObject({ action: 'pass' })
  })

  it('halts only where an environment asks for it', async () => {
    vi.stubEnv('QUALITY', JSON.stringify({ slice: { 'drift of cart share': { warn: 0.1, halt: 0.5 } } }))
    await expect(judged(NOVEMBER)).rejects.toMatchObject({
      name: 'QualityHaltError',
      message: expect.stringMatching(/4.35 % of the events are cart, before 2.12 %.*Ask whether the shop/),
    })
  })
})

describe('what there is to compare with', () => {
  const unknown = async (values: Partial<SliceMetrics>, rule: string) =>
    verdictOf((await judged(values)).verdicts, rule)

  it('is the same month as it was published, before the month before it', async () => {
    const before = { ...NOVEMBER, version: 'csv-2019-11@r0' }
    publishSlices(OCTOBER, metrics(before))
    const { verdicts, warnings } = await judged(NOVEMBER)
    expect(warnings).toEqual([])
    expect(verdictOf(verdicts, 'drift of price p90')?.message).toMatch(/against csv-2019-11@r0/)
    expect(verdictOf(verdicts, 'drift of events a day')).toMatchObject({ value: 'unknown' })
    expect(verdictOf(verdicts, 'rows against the release')).toMatchObject({ value: 0 })
  })

  it('is the month before where the documents of the same month are gone', async () => {
    publishSlices(OCTOBER, metrics({ ...NOVEMBER, version: 'csv-2019-11@gone' }))
    expect((await unknown(NOVEMBER, 'drift of price p90'))?.message).toMatch(/against csv-2019-10@r0/)
  })

  it('is nothing in the first night', async () => {
    expect(await unknown(NOVEMBER, 'drift of cart share')).toMatchObject({
      action: 'pass',
      value: 'unknown',
      threshold: 0.6,
      message: 'There is nothing to compare with yet.',
    })
  })

  it('lacks what a former version of the platform did not count', async () => {
    const { categoryRows: _, ...rest } = OCTOBER
    publishSlices({ ...rest, price: { min: '0.00', max: '2574.07' } })
    for (const rule of ['new categories', 'vanished categories', 'drift of price p99'])
      expect(await unknown(NOVEMBER, rule)).toMatchObject({
        value: 'unknown',
        message: expect.stringMatching(/before these/),
      })
    expect(await unknown(NOVEMBER, 'drift of cart share')).toMatchObject({ value: expect.any(Number) })
  })

  it('says nothing where there are too few events, or too few of a kind', async () => {
    publishSlices(metrics({ version: 'csv-2019-10@r0', curated: 999, categoryRows: {} }))
    expect(await unknown(NOVEMBER, 'new categories')).toMatchObject({
      value: 'unknown',
      message: expect.stringMatching(/Too few/),
    })
    publishSlices({ ...OCTOBER, curated: 5_000, eventTypes: { view: 4_990, cart: 10 } })
    expect(await unknown(NOVEMBER, 'drift of purchase share')).toMatchObject({
      message: expect.stringMatching(/Too few events/),
    })
    expect(await unknown(NOVEMBER, 'drift of remove_from_cart share')).toMatchObject({ value: 0 })
  })
})
