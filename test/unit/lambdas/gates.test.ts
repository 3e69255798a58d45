import { beforeEach, describe, expect, it, vi } from 'vitest'
import { CSV_COLUMNS, quarantinedRows } from '../../../catalog/events.ts'
import { CRAWLED_TABLE } from '../../../catalog/layout.ts'
import { configurationOf } from '../../../infra/config.ts'
import { handler as gateKey } from '../../../lambdas/gate-partition-key/handler.ts'
import { handler as gateSlice } from '../../../lambdas/gate-slice/handler.ts'
import { judge } from '../../../lambdas/gate-slice/judge.ts'
import { SLICE_RULES } from '../../../lambdas/gate-slice/rules.ts'
import { handler as reconcile } from '../../../lambdas/reconcile-slice/handler.ts'
import type { SliceMetrics } from '../../../lambdas/shared/documents.ts'
import { metrics, publish, putRun, release, SLICE } from './fakes/documents.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, names } from './fakes/fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

describe('the partition key', () => {
  const key = { name: 'category_id', type: 'bigint', distinctValuesCount: 689, missingValuesCount: 0 }
  const common = [{ value: 7, count: 270 }]
  const night = { run: 'r1', startedAt: '2026-01-02T03:00:00.000Z', profile: { runId: 'db_42' } }

  function profile(values: object = {}, file = 'profiles/job_db_42.json') {
    const columns = [{ ...key, mostCommonValues: common, ...values }]
    aws.s3.putJson(LAKE_BUCKET, file, { sampleSize: 1000, columns })
  }
  const crawl = (columns = CSV_COLUMNS) => aws.glue.addTable(names.rawDatabase, CRAWLED_TABLE, columns)
  const actions = async () =>
    Object.fromEntries((await gateKey(night)).verdicts.map(({ rule, action }) => [rule, action]))

  it('is sound for the data set', async () => {
    profile()
    crawl()
    expect(await actions()).toEqual({
      'distinct values': 'pass',
      'missing values': 'pass',
      'largest value': 'pass',
      'crawled columns': 'pass',
    })
    expect(aws.s3.json(LAKE_BUCKET, 'control/runs/r1/partition-key.json')).toMatchObject({
      verdicts: [{ value: 689, threshold: 2000 }, { value: 0 }, { value: 0.27 }, {}],
    })
  })

  it('warns of many values, of missing ones, of one that has most rows, and of columns that moved', async () => {
    profile({
      distinctValuesCount: 2_001,
      missingValuesCount: 1,
      mostCommonValues: [{ value: 'x', count: 501 }],
    })
    crawl([...CSV_COLUMNS].reverse())
    expect(new Set(Object.values(await actions()))).toEqual(new Set(['warn']))
  })

  it('warns of columns that nobody asked for', async () => {
    profile({ mostCommonValues: undefined })
    crawl([...CSV_COLUMNS, 'ip'])
    expect(await actions()).toMatchObject({ 'crawled columns': 'warn', 'largest value': 'pass' })
  })

  it.each([
    [{ distinctValuesCount: 10_001 }, CSV_COLUMNS, /10001 distinct values/],
    [{ missingValuesCount: 11 }, CSV_COLUMNS, /missing in 11 of 1000 \(1.10 %\) rows/],
    [{ name: 'category' }, CSV_COLUMNS, /no column category_id/],
    [{}, CSV_COLUMNS.slice(1), /lacks event_time/],
  ])('halts for %j and records why', async (values, columns, reason) => {
    profile(values)
    crawl(columns)
    const error: Error = await gateKey(night).catch((e) => e)
    expect(error).toMatchObject({ name: 'QualityHaltError', message: expect.stringMatching(reason) })
    const { verdicts } = aws.s3.json(LAKE_BUCKET, 'control/runs/r1/partition-key.json')
    expect(verdicts).toContainEqual(expect.objectContaining({ action: 'halt' }))
  })

  it('halts with all reasons where the crawler made no table either', async () => {
    profile({ distinctValuesCount: 10_001 })
    await expect(gateKey(night)).rejects.toThrow(
      /10001 distinct.*made no table ecomm_user_activity_uncompressed/,
    )
  })

  it('is judged by the thresholds of its environment', async () => {
    profile()
    crawl()
    vi.stubEnv('QUALITY', '{"partitionKey":{"distinct values":{"warn":688},"largest value":{}}}')
    const { verdicts } = await gateKey(night)
    expect(verdicts[0]).toMatchObject({ action: 'warn', value: 689, threshold: 688 })
    expect(verdicts[2]).toMatchObject({ action: 'pass', threshold: null })
    vi.stubEnv('QUALITY', '{"partitionKey":{"distinct values":{"halt":688}}}')
    await expect(gateKey(night)).rejects.toMatchObject({ name: 'QualityHaltError' })
  })

  it('says so where Glue does not answer', async () => {
    profile()
    aws.glue.failNext = new Error('AccessDenied')
    await expect(gateKey(night)).rejects.toThrow('AccessDenied')
  })

  it('reads the profile of this night, not of another', async () => {
    crawl()
    const before = new Date('2026-01-01T03:00:00.000Z')
    aws.s3.put(LAKE_BUCKET, 'profiles/old.json', '{}', before)
    aws.s3.put(LAKE_BUCKET, 'profiles/notes.txt', '')
    await expect(gateKey(night)).rejects.toThrow(/Profile job run db_42 left no JSON under s3:.*profiles/)
    profile({ distinctValuesCount: 5 }, 'profiles/named-otherwise.json')
    expect((await gateKey(night)).verdicts[0]).toMatchObject({ value: 5 })
    profile({ distinctValuesCount: 6 })
    profile({ distinctValuesCount: 7 }, 'profiles/2_db_42.json')
    expect([6, 7]).toContain((await gateKey(night)).verdicts[0]?.value)
  })

  it('copes with a profile of no rows', async () => {
    crawl()
    aws.s3.putJson(LAKE_BUCKET, 'profiles/db_42.json', {
      sampleSize: 0,
      columns: [{ ...key, distinctValuesCount: 0 }],
    })
    expect(await actions()).toMatchObject({ 'missing values': 'pass' })
  })
})

describe('reconciliation', () => {
  const event = { run: 'r1', slice: SLICE }
  function curated(values: Partial<SliceMetrics> = {}): void {
    putRun(aws, 'csv-2019-10.metrics', metrics(values))
    for (const category of [1, 2])
      aws.s3.put(LAKE_BUCKET, `curated/version=${SLICE.version}/category_id=${category}/0.parquet`, 'x')
    aws.s3.put(LAKE_BUCKET, `curated/version=${SLICE.version}/_SUCCESS`, '')
  }

  it('holds where every line is accounted for', async () => {
    curated({ curated: 990, duplicates: 7, quarantined: 3 })
    expect(await reconcile(event)).toEqual({ read: 1000, curated: 990, duplicates: 7, quarantined: 3 })
  })

  it.each([
    [
      { curated: 990, duplicates: 7 },
      /1000 lines were read, but 990 curated \+ 7 duplicates \+ 0 quarantined are 997; 3 are lost/,
    ],
    [{ quarantined: 1 }, /1 too many/],
    [{ files: 3 }, /wrote 3 Parquet files, but s3:.*version=csv-2019-10@r1\/ has 2/],
    [{ version: 'csv-2019-10@r7' }, /metrics are of version csv-2019-10@r7/],
  ])('does not hold with %j', async (values, reason) => {
    curated(values)
    await expect(reconcile(event)).rejects.toMatchObject({
      name: 'ReconciliationError',
      message: expect.stringMatching(reason),
    })
  })

  it('needs the job’s metrics', async () => {
    await expect(reconcile(event)).rejects.toMatchObject({
      name: 'MissingDocumentError',
      message: expect.stringMatching(
        /csv-2019-10.metrics.json is missing.*Start a new execution with the same input/,
      ),
    })
  })
})

describe('the quality of a slice', () => {
  const event = { run: 'r1', slice: SLICE }
  beforeEach(() => {
    vi.stubEnv('QUALITY', JSON.stringify(configurationOf('dev').quality))
    aws.glue.addTable(names.lakeDatabase, quarantinedRows.name)
  })
  const quarantine = () => aws.glue.locations(names.lakeDatabase, quarantinedRows.name)
  const gate = (values: Partial<SliceMetrics> = {}) => {
    putRun(aws, 'csv-2019-10.metrics', metrics(values))
    return gateSlice(event)
  }
  const nulls = { category_code: 0, brand: 0, user_session: 0, price: 0 }

  it.each([
    ['the real sample', {}],
    [
      'the real October',
      {
        read: 42_448_764,
        curated: 42_418_545,
        duplicates: 30_219,
        nulls: { category_code: 13_515_609, brand: 6_113_008, user_session: 2, price: 0 },
        zeroPrices: 68_673,
      },
    ],
    [
      'the real November',
      {
        read: 67_501_979,
        curated: 67_401_464,
        duplicates: 100_515,
        nulls: { category_code: 21_898_171, brand: 9_218_235, user_session: 10, price: 0 },
        zeroPrices: 188_088,
      },
    ],
  ])('%s passes everywhere', async (_, values) => {
    for (const environment of ['dev', 'prod']) {
      const thresholds = configurationOf(environment).quality.slice
      const verdicts = judge(SLICE_RULES, metrics(values), {}, thresholds)
      expect(verdicts.map(({ action }) => action)).not.toContain('warn')
    }
    expect(await gate(values)).toEqual({ action: 'pass', warnings: [] })
  })

  it.each([
    ['copies', { read: 2000, duplicates: 1000 }, /1000 of 2000 \(50.00 %\) rows are copies/],
    [
      'rejected rows',
      { read: 1002, quarantined: 2, reasons: { price: 1, user_id: 2, event_time: 0 } },
      /price 1, user_id 2\)/,
    ],
    ['rows of another month', { read: 1001, reasons: { outside_month: 1 } }, /1 of 1001 .* not of 2019-10/],
    ['a lack of categories', { nulls: { ...nulls, category_code: 501 } }, /no category_code/],
    ['a lack of brands', { nulls: { ...nulls, brand: 301 } }, /no brand/],
    ['a lack of sessions', { nulls: { ...nulls, user_session: 2 } }, /no user_session/],
    ['prices of zero', { zeroPrices: 11, nulls: { ...nulls, price: 10 } }, /21 of 1000 .*price of zero/],
    ['an absurd price', { price: { min: '0.00', max: '99999999.99' } }, /The highest price is 99999999.99/],
  ])('warns of %s', async (_, values, warning) => {
    const { action, warnings } = await gate(values)
    expect(action).toBe('warn')
    expect(warnings).toEqual([expect.stringMatching(warning)])
  })

  it('warns where the release had far more rows or far fewer', async () => {
    publish(aws, release())
    expect(await gate({ curated: 1000, price: { min: null, max: null } })).toMatchObject({ action: 'pass' })
    const { warnings } = await gate({ read: 2001, curated: 2001 })
    expect(warnings).toEqual([expect.stringMatching(/2001 events, where the release has 1000/)])
  })

  it('sets a slice aside, and the most severe action wins', async () => {
    const answer = await gate({ read: 1000, curated: 400, quarantined: 600, reasons: { price: 600 } })
    expect(answer.action).toBe('quarantine')
    expect(answer.warnings[0]).toMatch(/600 of 1000/)
    const { verdicts } = aws.s3.json(LAKE_BUCKET, 'control/runs/r1/csv-2019-10.gate.json')
    expect(verdicts.find(({ rule }: { rule: string }) => rule === 'rejected rows')).toMatchObject({
      action: 'quarantine',
      value: 0.6,
      threshold: 0.5,
    })
  })

  it('leaves rejected rows where one can query them, above all those of a slice that halts', async () => {
    await gate()
    expect(quarantine()).toEqual({})
    await gate({ read: 1003, quarantined: 3 })
    await gate({ read: 3, curated: 0, quarantined: 3, nulls }).catch(() => {})
    expect(quarantine()).toEqual({
      [SLICE.version]: `s3://${LAKE_BUCKET}/quarantine/version=${SLICE.version}/`,
    })
  })

  it.each([
    ['not JSON', '{', /QUALITY, the function's thresholds, is not valid: deploy again.\n.*not JSON/],
    ['a rule that there is none', '{"slice":{"rejected rosw":{"warn":1}}}', /rejected rosw/],
    [
      'thresholds that fall',
      '{"slice":{"rejected rows":{"warn":0.5,"halt":0.1}}}',
      /severer action needs a threshold/,
    ],
    ['a night set aside', '{"partitionKey":{"missing values":{"quarantine":1}}}', /quarantine/],
  ])('is not judged by %s', async (_, quality, message) => {
    vi.stubEnv('QUALITY', quality)
    await expect(gate()).rejects.toThrow(message)
  })

  it('halts where that many rejected rows are in production', () => {
    const thresholds = configurationOf('prod').quality.slice
    const halting = judge(SLICE_RULES, metrics({ quarantined: 501 }), {}, thresholds)
    expect(halting.map(({ action }) => action)).toContain('halt')
  })

  it.each([
    [{ read: 3, quarantined: 3, reasons: { event_time: 3 } }, /0 of 3 rows pass \(rejected: event_time 3\)/],
    [{ read: 0 }, /a header and no rows. Upload the export again/],
  ])('halts where no row passes: %j', async (values, reason) => {
    const none = { curated: 0, nulls, price: { min: null, max: null }, ...values }
    await expect(gate(none)).rejects.toMatchObject({
      name: 'QualityHaltError',
      message: expect.stringMatching(reason),
    })
    expect(aws.s3.json(LAKE_BUCKET, 'control/runs/r1/csv-2019-10.gate.json').subject).toBe('csv-2019-10')
  })
})
