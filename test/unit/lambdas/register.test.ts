import { beforeEach, describe, expect, it } from 'vitest'
import { handler as registerMart } from '../../../lambdas/register-mart/handler.ts'
import { handler as registerSlice } from '../../../lambdas/register-slice/handler.ts'
import { curationHash } from '../../../lambdas/shared/curation-hash.ts'
import { manifest, metrics, putRun, SLICE } from './fakes/documents.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, names } from './fakes/fake-aws.ts'

const CURATED = 'ecomm_user_activity_parquet'
const LAKE = names.lakeDatabase

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  for (const table of [CURATED, 'sales_per_day', 'tmp_1']) aws.glue.addTable(LAKE, table)
})

describe('registering a slice', () => {
  const event = { run: 'r1', slice: SLICE }
  function curated(categories: number): void {
    putRun(aws, 'csv-2019-10.metrics', metrics({ categories }))
    putRun(aws, 'csv-2019-10.manifest', manifest())
    for (let category = 1; category <= categories; category += 1)
      aws.s3.put(LAKE_BUCKET, `curated/version=${SLICE.version}/category_id=${category}/0.parquet`, 'x')
  }

  it('adds every category, a hundred a call', async () => {
    curated(250)
    expect(await registerSlice(event)).toEqual({
      slice: SLICE.slice,
      version: SLICE.version,
      outcome: 'registered',
    })
    expect(aws.glue.batches.toSorted()).toEqual([100, 100, 50])
    const locations = aws.glue.locations(LAKE, CURATED)
    expect(Object.keys(locations)).toHaveLength(250)
    expect(locations[`${SLICE.version}/7`]).toBe(
      `s3://${LAKE_BUCKET}/curated/version=${SLICE.version}/category_id=7/`,
    )
  })

  it('says that the version is ready, for whoever comes next', async () => {
    curated(2)
    putRun(aws, 'plan', { slices: [], unchanged: [], notes: [], profiled: true, backfill: 'backfill-b1' })
    await registerSlice(event)
    expect(aws.s3.json(LAKE_BUCKET, 'control/curated/csv-2019-10.json')).toEqual({
      slice: 'csv-2019-10',
      source: 'csv',
      month: '2019-10',
      version: SLICE.version,
      fingerprint: 'f1',
      curation: curationHash('csv'),
      rows: 1000,
      run: 'r1',
      registeredAt: expect.any(String),
      backfill: 'backfill-b1',
      profiled: true,
    })
  })

  it('does no harm the second time', async () => {
    curated(2)
    await registerSlice(event)
    await registerSlice(event)
    expect(Object.keys(aws.glue.locations(LAKE, CURATED))).toHaveLength(2)
  })

  it('names the partitions that Glue refuses', async () => {
    curated(2)
    aws.glue.refused.add(`${SLICE.version}/2`)
    await expect(registerSlice(event)).rejects.toMatchObject({
      name: 'RegistrationError',
      message: expect.stringMatching(/1 of 2 partitions .*csv-2019-10@r1\/2 \(AccessDeniedException: no\)/),
    })
  })

  it('refuses a version that is not as curation left it', async () => {
    curated(2)
    aws.s3.put(LAKE_BUCKET, `curated/version=${SLICE.version}/category_id=3/0.parquet`, 'x')
    await expect(registerSlice(event)).rejects.toThrow(/counted 2 categories, but .* has 3 folders/)
    aws.s3.put(
      LAKE_BUCKET,
      `curated/version=${SLICE.version}/category_id=__HIVE_DEFAULT_PARTITION__/0.parquet`,
      'x',
    )
    await expect(registerSlice(event)).rejects.toThrow(
      /__HIVE_DEFAULT_PARTITION__\/ is no folder of a category/,
    )
  })
})

describe('registering a mart', () => {
  const event = {
    run: 'r1',
    mart: 'sales_per_day',
    version: '2019-10@r1',
    table: 'tmp_1',
    location: 'marts/a/',
  }

  it('points the version to the files of the CTAS and drops its table', async () => {
    await registerMart(event)
    expect(aws.glue.locations(LAKE, 'sales_per_day')).toEqual({
      '2019-10@r1': `s3://${LAKE_BUCKET}/marts/a/`,
    })
    expect(aws.glue.tables.has(`${LAKE}.tmp_1`)).toBe(false)
  })

  it('again, or after another attempt built it elsewhere, points it there', async () => {
    await registerMart(event)
    await registerMart({ ...event, location: 'marts/b/' })
    expect(aws.glue.locations(LAKE, 'sales_per_day')).toEqual({
      '2019-10@r1': `s3://${LAKE_BUCKET}/marts/b/`,
    })
  })

  it('throws other errors of Glue on', async () => {
    aws.glue.failNext = new Error('throttled')
    await expect(registerMart(event)).rejects.toThrow('throttled')
    await expect(registerMart({ ...event, mart: 'gone' })).rejects.toMatchObject({
      name: 'EntityNotFoundException',
    })
  })
})
