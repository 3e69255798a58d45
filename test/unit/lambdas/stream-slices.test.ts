import { beforeEach, describe, expect, it } from 'vitest'
import { borderHours } from '../../../catalog/layout.ts'
import { handler as gateSlice } from '../../../lambdas/gate-slice/handler.ts'
import { judge } from '../../../lambdas/gate-slice/judge.ts'
import { SLICE_RULES } from '../../../lambdas/gate-slice/rules.ts'
import { handler as reconcile } from '../../../lambdas/reconcile-slice/handler.ts'
import { messageOf } from '../../../lambdas/record-run/message-of.ts'
import { type RunRecord, sliceManifest } from '../../../lambdas/shared/documents.ts'
import { listRawSlices, type RawSlice } from '../../../lambdas/shared/list-raw-slices.ts'
import type { PlannedSlice } from '../../../lambdas/shared/night-state.ts'
import { handler as startBackfill } from '../../../lambdas/start-backfill/handler.ts'
import { metrics, putRun, SLICE } from './fakes/documents.ts'
import { executionArn, type FakeAws, fakeAws, LAKE_BUCKET, RAW_BUCKET } from './fakes/fake-aws.ts'
import { rawZone } from './fakes/raw-zone.ts'

const ZONE = 'ecomm_user_activity_stream/'

let aws: FakeAws
let zone: ReturnType<typeof rawZone>
beforeEach(() => {
  aws = fakeAws()
  zone = rawZone(aws)
})

/** `2019-10-31T23` to the key of an object of that hour. */
const keyOf = (hour: string, name = 'a'): string => {
  const [, year, month, day, hourOfDay] = /^(\d+)-(\d+)-(\d+)T(\d+)$/.exec(hour) ?? []
  return `${ZONE}p_year=${year}/p_month=${month}/p_day=${day}/p_hour=${hourOfDay}/${name}.json.gz`
}
const put = (hour: string, name?: string, body = 'x') => aws.s3.put(RAW_BUCKET, keyOf(hour, name), body)
const slice = async (month: string): Promise<RawSlice | undefined> =>
  (await listRawSlices()).find((found) => found.slice === `stream-${month}`)
const keys = async (month: string) => (await slice(month))?.files.map(({ key }) => key)

describe('a month of the stream', () => {
  it('is a slice beside the month of the exports', async () => {
    zone.put('2019-10')
    put('2019-10-05T07')
    expect((await listRawSlices()).map((found) => found.slice)).toEqual(['csv-2019-10', 'stream-2019-10'])
  })

  it('has its own hours, the last of the month before and the first of the month after', async () => {
    const hours = [
      '2019-09-30T22',
      '2019-09-30T23',
      '2019-10-01T00',
      '2019-10-31T23',
      '2019-11-01T00',
      '2019-11-01T01',
    ]
    for (const hour of hours) put(hour)
    expect(await keys('2019-10')).toEqual(hours.slice(1, 5).map((hour) => keyOf(hour)))
    expect((await slice('2019-10'))?.hours).toEqual({
      own: 'p_year=2019/p_month=10/',
      toBefore: 'p_year=2019/p_month=10/p_day=01/p_hour=00/',
      toAfter: 'p_year=2019/p_month=10/p_day=31/p_hour=23/',
    })
    expect(await keys('2019-09')).toEqual(hours.slice(0, 3).map((hour) => keyOf(hour)))
  })

  it('leaves nothing to a month that is no slice', async () => {
    put('2019-10-01T00')
    expect((await slice('2019-10'))?.hours).toMatchObject({ toBefore: null, toAfter: null })
  })

  it('is another one as soon as a neighbour is there to leave something to, and when what they share grows', async () => {
    put('2019-10-01T00')
    const alone = await slice('2019-10')
    put('2019-11-02T05')
    const beside = await slice('2019-10')
    expect(beside?.files).toEqual(alone?.files)
    expect(beside?.fingerprint).not.toBe(alone?.fingerprint)
    put('2019-11-02T06')
    expect((await slice('2019-10'))?.fingerprint).toBe(beside?.fingerprint)
    put('2019-11-01T00')
    expect((await slice('2019-10'))?.fingerprint).not.toBe(beside?.fingerprint)
  })

  it.each([
    ['p_year=2019/p_month=10/a.json.gz', "is in no hour's folder"],
    ['p_year=2019/p_month=10/p_day=05/a.json.gz', "is in no hour's folder"],
    ['p_year=2019/p_month=10/p_day=32/p_hour=00/a.json.gz', "is in no hour's folder"],
    ['p_year=2019/p_month=10/p_day=01/p_hour=24/a.json.gz', "is in no hour's folder"],
    ['p_year=2019/p_month=10/p_day=01/p_hour=00/b/a.json.gz', "is in no hour's folder"],
    ['a.json.gz', "is in no hour's folder"],
    ['p_year=2019/p_month=10/p_day=01/p_hour=00/a.json', 'is no .gz: convert or remove it'],
  ])('has no place for %s', async (key, problem) => {
    aws.s3.put(RAW_BUCKET, ZONE + key, 'x')
    await expect(listRawSlices()).rejects.toThrow(`${ZONE}${key} ${problem}`)
  })

  it('knows how long its months are', () => {
    expect(['2019-02', '2020-02', '2019-12'].map((month) => borderHours(month).last)).toEqual([
      'p_year=2019/p_month=02/p_day=28/p_hour=23/',
      'p_year=2020/p_month=02/p_day=29/p_hour=23/',
      'p_year=2019/p_month=12/p_day=31/p_hour=23/',
    ])
  })
})

describe('a night', () => {
  it('plans it without a profile, and without looking for headers in thousands of objects', async () => {
    for (const hour of ['2019-10-05T07', '2019-10-05T08']) put(hour)
    const { slices, profileKey, curates, changed } = await zone.plan()
    expect({ slices, profileKey, curates, changed }).toMatchObject({
      slices: [{ slice: 'stream-2019-10', source: 'stream', files: 2 }],
      profileKey: '',
      curates: true,
      changed: true,
    })
    const manifest = sliceManifest.parse(
      aws.s3.json(LAKE_BUCKET, 'control/runs/r1/stream-2019-10.manifest.json'),
    )
    expect(manifest).toMatchObject({ source: 'stream', hours: { own: 'p_year=2019/p_month=10/' } })
  })

  it('profiles the exports alone where both have changed', async () => {
    zone.put('2019-10')
    put('2019-11-05T07')
    const { profileKey, slices } = await zone.plan()
    expect(slices).toHaveLength(2)
    expect(profileKey).toContain('p_month=10/')
    expect(profileKey).not.toContain('11')
  })

  it('leaves alone what has not grown, and halts where an object is gone', async () => {
    zone.put('2019-10')
    put('2019-10-05T07')
    put('2019-10-05T07', 'b', 'y')
    await zone.publishAll()
    expect(await zone.plan()).toMatchObject({ slices: [], changed: false, curates: false })
    aws.s3.objects.delete(`${RAW_BUCKET}/${keyOf('2019-10-05T07', 'b')}`)
    await expect(zone.plan()).rejects.toThrow(/stream-2019-10 has lost 1 of its files \(.*b\.json\.gz\)/)
    expect(await zone.plan({ acceptDeletions: ['2019-10'] })).toMatchObject({
      slices: [{ slice: 'stream-2019-10', files: 1 }],
    })
  })
})

it('a backfill takes months that only the stream has', async () => {
  put('2019-10-05T07')
  const order = await startBackfill({
    execution: executionArn('backfill', 'b'),
    run: 'backfill-b',
    startedAt: '2026-01-02T03:00:00.000Z',
    input: { from: '2019-10', to: '2019-11' },
  })
  expect(order).toMatchObject({ months: ['2019-10'], missing: ['2019-11'] })
})

const STREAM: PlannedSlice = {
  ...SLICE,
  slice: 'stream-2019-10',
  source: 'stream',
  version: 'stream-2019-10@r1',
  manifest: 'control/runs/r1/stream-2019-10.manifest.json',
}
const counted = (values: Parameters<typeof metrics>[0] = {}) =>
  metrics({
    slice: STREAM.slice,
    version: STREAM.version,
    leftOut: { replayed: 0, neighbours: 0 },
    ...values,
  })

describe('reconciliation', () => {
  const given = (values: Parameters<typeof metrics>[0]) => {
    putRun(aws, 'stream-2019-10.metrics', counted(values))
    for (const category of [1, 2])
      aws.s3.put(LAKE_BUCKET, `curated/version=${STREAM.version}/category_id=${category}/0.parquet`, 'x')
    return reconcile({ run: 'r1', slice: STREAM })
  }

  it('counts what is left out too', async () => {
    expect(await given({ curated: 900, quarantined: 1, leftOut: { replayed: 90, neighbours: 9 } })).toEqual({
      read: 1000,
      curated: 900,
      duplicates: 0,
      quarantined: 1,
      leftOut: { replayed: 90, neighbours: 9 },
    })
  })

  it('names it where lines are lost', async () => {
    await expect(given({ curated: 900, leftOut: { replayed: 90, neighbours: 9 } })).rejects.toThrow(
      /900 curated \+ 0 duplicates \+ 0 quarantined \+ 90 replayed \+ 9 of neighbours are 999; 1 are lost/,
    )
  })
})

describe('the gate is a step milder with the stream, which nobody can give again', () => {
  const gate = (values: Parameters<typeof metrics>[0]) => {
    putRun(aws, 'stream-2019-10.metrics', counted(values))
    aws.glue.addTable('ecommerce_lake', 'ecomm_user_activity_quarantine')
    return gateSlice({ run: 'r1', slice: STREAM })
  }

  it.each([
    ['set aside where an export would halt the night', { curated: 400, quarantined: 600 }, 'quarantine'],
    ['warned of where an export would be set aside', { curated: 800, quarantined: 200 }, 'warn'],
    [
      'set aside where no line is an event',
      { curated: 0, read: 3, leftOut: { replayed: 3, neighbours: 0 } },
      'quarantine',
    ],
    ['taken as it is where nothing is amiss', {}, 'pass'],
  ])('%s', async (_, values, action) => {
    expect(await gate(values)).toMatchObject({ action })
  })

  it('has nothing to say of a month that grows, and something of one that shrinks', () => {
    const released = {
      version: 'v',
      source: 'stream',
      month: '2019-10',
      fingerprint: 'f',
      rows: 500,
    } as const
    const of = (curated: number) =>
      judge(SLICE_RULES, counted({ curated }), { released }).find(
        ({ rule }) => rule === 'rows against the release',
      )
    expect(of(5000)).toMatchObject({ action: 'pass', value: 0 })
    expect(of(100)).toMatchObject({ action: 'warn', value: 0.8 })
  })

  it('asks how many categories there are, which no profile has', () => {
    const of = (categories: number) =>
      judge(SLICE_RULES, counted({ categories }), {}).find(({ rule }) => rule === 'categories')?.action
    expect([of(691), of(2001), of(10_001)]).toEqual(['pass', 'warn', 'halt'])
  })
})

it('the message of the morning says what was left out', () => {
  const record: RunRecord = {
    run: 'r1',
    status: 'published',
    startedAt: '2026-01-02T03:00:00.000Z',
    endedAt: '2026-01-02T03:01:00.000Z',
    release: 'r1',
    slices: [counted({ curated: 900, quarantined: 1, leftOut: { replayed: 90, neighbours: 9 } })],
    setAside: [],
    martsBuilt: 1,
    warnings: [],
    error: null,
  }
  expect(messageOf(record, 'dev').message).toContain(
    '1000 rows read: 900 curated, 0 duplicates, 1 quarantined, 99 left out.',
  )
})
