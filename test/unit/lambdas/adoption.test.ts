import { beforeEach, describe, expect, it } from 'vitest'
import { handler as planMarts } from '../../../lambdas/plan-marts/handler.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET } from './fakes/fake-aws.ts'
import { rawZone } from './fakes/raw-zone.ts'

let aws: FakeAws
let zone: ReturnType<typeof rawZone>
beforeEach(() => {
  aws = fakeAws()
  zone = rawZone(aws)
  zone.put('2019-10')
  zone.put('2019-11')
})
const candidate = (run = 'r1') => aws.s3.json(LAKE_BUCKET, `control/runs/${run}/candidate.json`)

describe('a version that an earlier run has curated', () => {
  it('is taken instead of curating again, and is what the release will have', async () => {
    const { version } = await zone.curated('2019-10')
    const plan = await zone.plan()
    expect(plan).toMatchObject({
      changed: true,
      adopted: ['csv-2019-10'],
      slices: [{ slice: 'csv-2019-11' }],
    })
    await planMarts({ run: 'r1', curated: [] })
    expect(candidate().slices['csv-2019-10']).toEqual({
      version,
      source: 'csv',
      month: '2019-10',
      fingerprint: expect.any(String),
      rows: 7,
    })
    const [, mart] = Object.entries(candidate().marts)[0] as [string, Record<string, object>]
    expect(Object.keys(mart)).toEqual(['2019-10'])
  })

  it('needs no crawl and no profile, where it was made behind one', async () => {
    await zone.curated('2019-10')
    await zone.curated('2019-11')
    expect(await zone.plan()).toMatchObject({ slices: [], profileKey: '' })
  })

  it('is profiled before it is published, where a backfill has made it', async () => {
    await zone.curated('2019-10', { profiled: false })
    await zone.curated('2019-11')
    const { slices, profileKey } = await zone.plan()
    expect(slices).toEqual([])
    expect(profileKey).toContain('p_month=10/')
  })

  it('is curated again where a file has come since', async () => {
    await zone.curated('2019-10')
    zone.put('2019-10', 'late.csv')
    expect(await zone.plan()).toMatchObject({ adopted: [], slices: [{ month: '2019-10' }, {}] })
  })

  it('is curated again where curation itself has changed', async () => {
    await zone.curated('2019-10', { curation: 'of an older query' })
    expect(await zone.plan()).toMatchObject({ adopted: [] })
  })

  it('is curated again where somebody has removed its files', async () => {
    const { version } = await zone.curated('2019-10')
    aws.s3.objects.delete(`${LAKE_BUCKET}/curated/version=${version}/category_id=1/0.parquet`)
    expect(await zone.plan()).toMatchObject({ adopted: [] })
  })

  it('is curated again where it is forced', async () => {
    await zone.curated('2019-10')
    expect(await zone.plan({ force: true })).toMatchObject({ adopted: [], slices: [{}, {}] })
  })

  it('is nothing to speak of once it is published', async () => {
    await zone.publishAll()
    await zone.curated('2019-10', { run: 'r0' })
    expect(await zone.plan()).toMatchObject({
      changed: false,
      adopted: [],
      unchanged: ['csv-2019-10', 'csv-2019-11'],
    })
  })

  it('is not taken in place of a released one of the same files, though it is newer', async () => {
    await zone.publishAll()
    await zone.curated('2019-10', { run: 'forced' })
    expect(await zone.plan()).toMatchObject({ changed: false, adopted: [] })
  })

  it('counts among the months that one night can do', async () => {
    await zone.curated('2019-10')
    expect((await zone.plan({ months: ['2019-10'] })).adopted).toEqual(['csv-2019-10'])
    expect((await zone.plan({ months: ['2019-11'] })).adopted).toEqual([])
  })
})

describe('what a backfill has forced', () => {
  const backfill = 'backfill-b1'
  beforeEach(async () => {
    await zone.publishAll()
    await zone.curated('2019-10', { run: 'month-1', backfill })
  })

  it('is taken by the night that publishes it, though nothing had changed', async () => {
    expect(await zone.plan({ backfill })).toMatchObject({
      adopted: ['csv-2019-10'],
      unchanged: ['csv-2019-11'],
    })
  })

  it('is not done again where the backfill is redriven', async () => {
    expect(await zone.plan({ backfill, force: true })).toMatchObject({
      adopted: ['csv-2019-10'],
      slices: [{ slice: 'csv-2019-11' }],
    })
  })

  it('is left alone by other nights, and done again by another backfill', async () => {
    expect(await zone.plan()).toMatchObject({ changed: false, adopted: [] })
    const other = await zone.plan({ backfill: 'backfill-b2', force: true })
    expect(other).toMatchObject({ adopted: [], slices: [{}, {}] })
  })

  it('is not done again where the night that published it is redriven', async () => {
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/releases/r0.json`)
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/current.json`)
    await zone.publishAll()
    await zone.curated('2019-10', { run: 'r0', backfill })
    expect(await zone.plan({ backfill })).toMatchObject({
      adopted: [],
      unchanged: ['csv-2019-10', 'csv-2019-11'],
    })
  })
})

describe('a slice that was set aside and curated', () => {
  const judged = (fingerprint: string, judgedAt: string) =>
    aws.s3.putJson(LAKE_BUCKET, 'control/set-aside.json', {
      'csv-2019-10': { fingerprint, run: 'r4', since: '2025-12-01', judgedAt, rules: ['rejected rows'] },
    })

  it('is what it was judged last: good', async () => {
    const { fingerprint } = await zone.curated('2019-10')
    judged(fingerprint, '2025-12-31T00:00:00.000Z')
    expect(await zone.plan()).toMatchObject({ adopted: ['csv-2019-10'] })
  })

  it('is what it was judged last: bad', async () => {
    const { fingerprint } = await zone.curated('2019-10')
    judged(fingerprint, '2026-01-01T12:00:00.000Z')
    const { adopted, notes } = await zone.plan()
    expect(adopted).toEqual([])
    expect(notes.join()).toContain('csv-2019-10 is still set aside since 2025-12-01')
  })
})

it('a night that takes a version is overtaken where another one has published that slice meanwhile', async () => {
  await zone.curated('2019-10')
  await zone.plan()
  await zone.publishAll()
  await expect(planMarts({ run: 'r1', curated: [] })).rejects.toMatchObject({
    name: 'OvertakenError',
    message: expect.stringMatching(/csv-2019-10 was not there and is csv-2019-10@r0 now/),
  })
})
