import { beforeEach, describe, expect, it } from 'vitest'
import { MARTS } from '../../../athena-views/index.ts'
import { handler as planMarts } from '../../../lambdas/plan-marts/handler.ts'
import { handler as prepareMart } from '../../../lambdas/prepare-mart/handler.ts'
import { candidate, setAsideSlices } from '../../../lambdas/shared/documents.ts'
import { planMartMonths } from '../../../lambdas/shared/mart-months.ts'
import { handler as testMart } from '../../../lambdas/test-mart/handler.ts'
import { manifest, metrics, publish, putRun, release, SLICE } from './fakes/documents.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, names } from './fakes/fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

const curated = { slice: SLICE.slice, version: SLICE.version, outcome: 'registered' }
const readCandidate = () => candidate.parse(aws.s3.json(LAKE_BUCKET, 'control/runs/r1/candidate.json'))

function curate(): void {
  putRun(aws, 'csv-2019-10.manifest', manifest())
  putRun(aws, 'csv-2019-10.metrics', metrics({ curated: 990 }))
}

const bad = { ...curated, outcome: 'set-aside' }
const readSetAside = () => setAsideSlices.parse(aws.s3.json(LAKE_BUCKET, 'control/set-aside.json'))

function setAside(run = 'r1'): void {
  const verdict = (rule: string, action: string) => ({
    rule,
    action,
    value: 1,
    threshold: 0,
    message: 'Bad.',
  })
  const verdicts = [verdict('rejected rows', 'quarantine'), verdict('brand missing', 'warn')]
  const put = (name: string, document: object) =>
    aws.s3.putJson(LAKE_BUCKET, `control/runs/${run}/csv-2019-10.${name}.json`, document)
  put('manifest', manifest())
  put('gate', { subject: 'csv-2019-10', verdicts })
}

describe('planning marts', () => {
  it('takes registered slices into the candidate and builds every mart of their months', async () => {
    curate()
    const { levels, total } = await planMarts({ run: 'r1', plan: {}, curated: [curated] })
    expect(total).toBe(MARTS.length)
    expect(levels[0]).toContainEqual({ mart: 'unique_visitors_per_day', month: '2019-10' })
    expect(readCandidate()).toMatchObject({
      base: null,
      slices: { 'csv-2019-10': { version: 'csv-2019-10@r1', fingerprint: 'f1', rows: 990, source: 'csv' } },
      marts: { unique_visitors_per_day: { '2019-10': { version: '2019-10@r1' } } },
    })
  })

  it('has slices by name, in whatever order they were found: the same release is the same document', async () => {
    const slices = ['csv-2019-11', 'csv-2019-10', 'csv-2019-12']
    for (const slice of slices) {
      putRun(aws, `${slice}.manifest`, {
        ...manifest(),
        slice,
        month: slice.slice(4),
        version: `${slice}@r1`,
      })
      putRun(aws, `${slice}.metrics`, metrics())
    }
    await planMarts({
      run: 'r1',
      curated: slices.map((slice) => ({ ...curated, slice, version: `${slice}@r1` })),
    })
    expect(Object.keys(readCandidate().slices)).toEqual(slices.toSorted())
  })

  it('leaves the release’s version of a slice that was set aside', async () => {
    const { marts } = planMartMonths(MARTS, release().slices, {}, 'r0')
    publish(aws, release({ marts }))
    setAside()
    expect(await planMarts({ run: 'r1', curated: [bad] })).toEqual({
      levels: [],
      total: 0,
    })
    expect(readCandidate()).toEqual({ run: 'r1', base: 'r0', slices: release().slices, marts })
  })

  it('remembers what was set aside and by which rules, until it is good', async () => {
    setAside()
    const first = { fingerprint: 'f1', run: 'r1', since: expect.any(String), rules: ['rejected rows'] }
    aws.s3.putJson(LAKE_BUCKET, 'control/set-aside.json', { 'csv-2019-01': { ...first, since: '2026' } })
    await planMarts({ run: 'r1', curated: [bad] })
    const remembered = readSetAside()
    expect(remembered).toEqual({
      'csv-2019-01': { ...first, since: '2026' },
      'csv-2019-10': { ...first, judgedAt: expect.any(String) },
    })

    // Forced, and set aside once more: since when stays as it was.
    setAside('r2')
    await planMarts({ run: 'r2', curated: [bad] })
    expect(readSetAside()['csv-2019-10']).toMatchObject({
      since: remembered['csv-2019-10']?.since,
      run: 'r2',
    })

    curate()
    await planMarts({ run: 'r1', curated: [curated] })
    expect(Object.keys(readSetAside())).toEqual(['csv-2019-01'])
  })

  it('begins anew to count for other files that are bad too', async () => {
    setAside()
    const before = { fingerprint: 'f0', run: 'r0', since: '2025', rules: ['brand missing'] }
    aws.s3.putJson(LAKE_BUCKET, 'control/set-aside.json', { 'csv-2019-10': before })
    await planMarts({ run: 'r1', curated: [bad] })
    expect(readSetAside()['csv-2019-10']).toMatchObject({
      fingerprint: 'f1',
      since: expect.stringMatching(/^20..-/),
    })
  })

  it('builds what is stale where no slice changed', async () => {
    publish(aws, release())
    expect(await planMarts({ run: 'r1' })).toMatchObject({ total: MARTS.length })
  })
})

describe('preparing a mart', () => {
  const event = { run: 'r1', mart: 'unique_visitors_per_day', month: '2019-10', attempt: 1 }
  const FOLDER = 'marts/unique_visitors_per_day/version=2019-10@r1/'
  beforeEach(async () => {
    curate()
    await planMarts({ run: 'r1', curated: [curated] })
  })

  it('gives a statement that reads the candidate’s versions and writes to a place of its own', async () => {
    const build = await prepareMart(event)
    expect(build).toMatchObject({
      table: 'tmp_unique_visitors_per_day_2019_10_r1_1',
      location: `${FOLDER}attempt=1/`,
      version: '2019-10@r1',
      attempt: 1,
    })
    expect(build.queryString).toContain(`external_location = 's3://${LAKE_BUCKET}/${build.location}'`)
    expect(build.queryString).toContain(`CREATE TABLE "ecommerce_lake"."${build.table}"`)
    expect(build.queryString).toContain("'csv-2019-10@r1'")
  })

  it('writes elsewhere at each attempt, after a redrive that counts from one again too', async () => {
    expect((await prepareMart({ ...event, attempt: 2 })).location).toBe(`${FOLDER}attempt=2/`)
    aws.s3.put(LAKE_BUCKET, `${FOLDER}attempt=1/part`, 'x')
    aws.s3.put(LAKE_BUCKET, `${FOLDER}attempt=1-1/part`, 'x')
    expect(await prepareMart(event)).toMatchObject({
      table: 'tmp_unique_visitors_per_day_2019_10_r1_1_2',
      location: `${FOLDER}attempt=1-2/`,
      attempt: 1,
    })
  })

  it('removes the table that a failed statement left', async () => {
    const { table } = await prepareMart(event)
    aws.glue.addTable(names.lakeDatabase, table)
    await prepareMart(event)
    expect(aws.glue.tables.size).toBe(0)
  })

  it('does not know a mart that was removed', async () => {
    await expect(prepareMart({ ...event, mart: 'gone' })).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(/no mart gone/),
    })
  })
})

describe('testing a mart', () => {
  const event = { run: 'r1', mart: 'unique_visitors_per_day', month: '2019-10', version: '2019-10@r1' }
  const results = (...failures: [string, string, string][]) =>
    failures.map(([test, severity, count]) => ({ test, severity, failures: count }))

  it('passes where no row breaks a test', async () => {
    aws.athena.answer = () =>
      results(['a holds', 'halt', '0'], ['b holds', 'warn', '0'], ['c holds', 'halt', '0'])
    expect(await testMart(event)).toEqual({ tests: 3, warnings: [] })
    expect(aws.athena.statements[0]).toContain("'2019-10@r1'")
  })

  it('records a warning, with the rows that it is about and what to do', async () => {
    aws.athena.answer = () => [
      { test: 'purchases is above zero', severity: 'warn', failures: '1', examples: '2019-11-15' },
      { test: 'has rows', severity: 'halt', failures: '0' },
    ]
    const { warnings } = await testMart(event)
    expect(warnings).toEqual([
      '"purchases is above zero" fails for 1 row (event_date 2019-11-15). Ask the shop whether nothing was sold on that day.',
    ])
    expect(
      aws.s3.json(LAKE_BUCKET, 'control/runs/r1/unique_visitors_per_day-2019-10.tests.json'),
    ).toMatchObject({
      subject: 'unique_visitors_per_day 2019-10',
      verdicts: [{ rule: 'purchases is above zero', action: 'warn', value: '1' }, { action: 'pass' }],
    })
  })

  it('says where a mart has no rows at all', async () => {
    aws.athena.answer = () => results(['has rows', 'halt', '1'])
    await expect(testMart(event)).rejects.toThrow(/"has rows" fails for want of any. Query this version/)
  })

  it('halts with the test, the mart, the month and the count', async () => {
    aws.athena.answer = () => results(['event_date is unique', 'halt', '12345678901234567890'])
    await expect(testMart(event)).rejects.toMatchObject({
      name: 'QualityHaltError',
      message: expect.stringMatching(
        /unique_visitors_per_day 2019-10: "event_date is unique" fails for 12345678901234567890 rows/,
      ),
    })
    expect(
      aws.s3.text(LAKE_BUCKET, 'control/runs/r1/unique_visitors_per_day-2019-10.tests.json'),
    ).toBeDefined()
  })

  it('names a few of many rows, and copes with a test that the mart no longer declares', async () => {
    const examples = 'd1, d2, d3, d4, d5'
    aws.athena.answer = () => [{ test: 'gone', severity: 'warn', failures: '7', examples }]
    expect((await testMart(event)).warnings).toEqual([
      '"gone" fails for 7 rows (event_date d1, d2, d3, d4, d5 and 2 more).',
    ])
  })

  it('says which query failed and why', async () => {
    aws.athena.answer = () => ({ fails: 'SYNTAX_ERROR: line 1' })
    await expect(testMart(event)).rejects.toMatchObject({
      name: 'QueryFailedError',
      message: 'Athena query q1 failed: SYNTAX_ERROR: line 1',
    })
  })
})
