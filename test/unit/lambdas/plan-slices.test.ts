import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MARTS } from '../../../athena-views/index.ts'
import { CSV_HEADER } from '../../../catalog/events.ts'
import { monthPartition } from '../../../catalog/layout.ts'
import { shiftMonth } from '../../../catalog/month.ts'
import { handler } from '../../../lambdas/plan-slices/handler.ts'
import { headerProblem } from '../../../lambdas/plan-slices/header-problem.ts'
import { profileKey } from '../../../lambdas/plan-slices/profile-key.ts'
import { release as releaseSchema, sliceManifest } from '../../../lambdas/shared/documents.ts'
import { planMartMonths } from '../../../lambdas/shared/mart-months.ts'
import { MONTHS_A_NIGHT } from '../../../lambdas/shared/months-a-night.ts'
import { publish, release } from './fakes/documents.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, RAW_BUCKET } from './fakes/fake-aws.ts'

const ZONE = 'ecomm_user_activity_uncompressed/'
const OCTOBER = `${ZONE}p_year=2019/p_month=10/`
const NOVEMBER = `${ZONE}p_year=2019/p_month=11/`
const ROW = '2019-10-01 00:00:00 UTC,view,1,2,,,1.00,3,s'
const CSV = `${CSV_HEADER}\n${ROW}\n`

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

const put = (key: string, body: string | Buffer = CSV) => aws.s3.put(RAW_BUCKET, key, body)
const plan = (values: object = {}) =>
  handler({
    run: 'r1',
    startedAt: '2026-01-02T03:00:00.000Z',
    months: null,
    force: false,
    dryRun: false,
    archives: [],
    ...values,
  })

/** Publishes the raw zone as it is, with all its marts. */
async function publishAll(): Promise<void> {
  const { slices } = await plan({ run: 'r0' })
  const released = Object.fromEntries(
    slices.map(({ slice, source, month, version }) => {
      const { fingerprint } = aws.s3.json(LAKE_BUCKET, `control/runs/r0/${slice}.manifest.json`)
      return [slice, { version, source, month, fingerprint, rows: 1 }]
    }),
  )
  const { marts } = planMartMonths(MARTS, released, {}, 'r0')
  publish(aws, releaseSchema.parse(release({ slices: released, marts })))
}

describe('a night takes what changed', () => {
  it('everything, where nothing is published', async () => {
    put(`${OCTOBER}b.csv`, `${CSV_HEADER}\r\n${ROW}\r\n`)
    put(`${OCTOBER}a.csv`)
    put(`${NOVEMBER}a.csv`)
    put(NOVEMBER, '')
    expect(await plan()).toMatchObject({
      changed: true,
      slices: [
        { slice: 'csv-2019-10', version: 'csv-2019-10@r1', files: 2, month: '2019-10' },
        { slice: 'csv-2019-11', version: 'csv-2019-11@r1', files: 1, bytes: CSV.length },
      ],
      unchanged: [],
      profileKey: `${ZONE}<p_year=2019/p_month=(10|11)/.+>.csv`,
      notes: [],
    })
    const manifest = sliceManifest.parse(
      aws.s3.json(LAKE_BUCKET, 'control/runs/r1/csv-2019-10.manifest.json'),
    )
    expect(manifest.files.map(({ key }) => key)).toEqual([`${OCTOBER}a.csv`, `${OCTOBER}b.csv`])
    expect(manifest.bucket).toBe(RAW_BUCKET)
  })

  it('nothing, where all is published', async () => {
    put(`${OCTOBER}a.csv`)
    await publishAll()
    expect(await plan()).toEqual({
      changed: false,
      slices: [],
      adopted: [],
      removed: [],
      unchanged: ['csv-2019-10'],
      profileKey: '',
      curates: false,
      notes: [],
    })
  })

  it('a slice to which a file was added, and no other', async () => {
    put(`${OCTOBER}a.csv`)
    put(`${NOVEMBER}a.csv`)
    await publishAll()
    put(`${NOVEMBER}b.csv`, `${CSV}${ROW}\n`)
    expect(await plan()).toMatchObject({
      slices: [{ slice: 'csv-2019-11', files: 2 }],
      unchanged: ['csv-2019-10'],
    })
  })

  it('unchanged slices too where it is forced, but only of the months asked for', async () => {
    put(`${OCTOBER}a.csv`)
    put(`${NOVEMBER}a.csv`)
    await publishAll()
    const { slices, unchanged } = await plan({ force: true, months: ['2019-10'] })
    expect(slices).toMatchObject([{ slice: 'csv-2019-10' }])
    expect(unchanged).toEqual([])
  })

  it('marts whose definition changed, though no slice did', async () => {
    put(`${OCTOBER}a.csv`)
    await publishAll()
    const published = aws.s3.json(LAKE_BUCKET, 'control/releases/r0.json')
    published.marts.unique_visitors_per_day['2019-10'].basis = 'of an older definition'
    publish(aws, published)
    expect(await plan()).toMatchObject({ changed: true, slices: [] })
  })

  it('a mart that was removed, though nothing is to be built', async () => {
    put(`${OCTOBER}a.csv`)
    await publishAll()
    const published = aws.s3.json(LAKE_BUCKET, 'control/releases/r0.json')
    published.marts.gone = { '2019-10': { version: '2019-10@r0', basis: 'b' } }
    publish(aws, published)
    expect(await plan()).toMatchObject({ changed: true, slices: [] })
  })

  it('a file that was replaced by another one of its size', async () => {
    put(`${OCTOBER}a.csv`)
    await publishAll()
    put(`${OCTOBER}a.csv`, CSV.replace('1.00', '2.00'))
    expect(await plan()).toMatchObject({ slices: [{ slice: 'csv-2019-10', bytes: CSV.length }] })
  })

  it('and in a dry run it only says so', async () => {
    put(`${OCTOBER}a.csv`)
    expect(await plan({ dryRun: true })).toMatchObject({ slices: [{ slice: 'csv-2019-10' }] })
    expect(aws.s3.keys(LAKE_BUCKET)).toEqual([])
  })

  it('in a dry run archives are still to be unpacked, which it says', async () => {
    const archives = [{ key: 'ecomm_user_activity/p_year=2019/p_month=12/a.zip', target: `${ZONE}a.csv` }]
    const { notes } = await plan({ dryRun: true, months: ['2019-12'], archives })
    expect(notes).toEqual([expect.stringMatching(/a.zip would be unpacked to .*a.csv first/)])
  })
})

describe('a slice that was set aside', () => {
  /** Sets aside what lies in the raw zone now. */
  async function setAside(): Promise<void> {
    await plan({ run: 'r0' })
    const { fingerprint } = aws.s3.json(LAKE_BUCKET, 'control/runs/r0/csv-2019-10.manifest.json')
    aws.s3.putJson(LAKE_BUCKET, 'control/set-aside.json', {
      'csv-2019-10': { fingerprint, run: 'r0', since: '2026-01-01', rules: ['rejected rows', 'brand'] },
    })
  }
  beforeEach(async () => {
    put(`${OCTOBER}a.csv`)
    await setAside()
  })

  it('is not curated again while its files are the same, and says so each night', async () => {
    put(`${NOVEMBER}a.csv`)
    expect(await plan()).toMatchObject({
      slices: [{ slice: 'csv-2019-11' }],
      unchanged: [],
      notes: [
        'csv-2019-10 is still set aside since 2026-01-01 (rejected rows, brand; run r0): its files are unchanged. ' +
          'Mend them, or force it with {"force":true,"months":["2019-10"]}.',
      ],
    })
    expect(aws.s3.text(LAKE_BUCKET, 'control/runs/r1/csv-2019-10.manifest.json')).toBeUndefined()
    expect(aws.s3.json(LAKE_BUCKET, 'control/runs/r1/plan.json').notes).toHaveLength(1)
  })

  it('alone is nothing to do', async () => {
    expect(await plan()).toMatchObject({ changed: false, slices: [] })
  })

  it('is taken again where it is forced', async () => {
    expect(await plan({ force: true, months: ['2019-10'] })).toMatchObject({
      slices: [{ slice: 'csv-2019-10' }],
      notes: [],
    })
  })

  it('is taken again where a file was mended', async () => {
    put(`${OCTOBER}a.csv`, CSV.replace('1.00', '2.00'))
    expect(await plan()).toMatchObject({ slices: [{ slice: 'csv-2019-10' }], notes: [] })
  })

  it('and is published by now is nothing to speak of', async () => {
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/set-aside.json`)
    await publishAll()
    await setAside()
    const { unchanged, notes } = await plan()
    expect(unchanged).toEqual(['csv-2019-10'])
    expect(notes.join()).not.toMatch(/set aside/)
  })
})

describe('dashboards that a night could not refresh', () => {
  beforeEach(async () => {
    put(`${OCTOBER}a.csv`)
    await publishAll()
    aws.s3.putJson(LAKE_BUCKET, 'control/refreshed.json', { release: 'before' })
  })

  it('are something to do for the next night, though nothing else is', async () => {
    expect(await plan()).toMatchObject({
      changed: true,
      slices: [],
      notes: ['Dashboards did not show release r0 yet; this night refreshes them.'],
    })
  })

  it('are none where the deployment has none', async () => {
    vi.stubEnv('REFRESH_DASHBOARDS', 'false')
    expect(await plan()).toMatchObject({ changed: false, notes: [] })
  })
})

describe('more months than the history of one execution has room for', () => {
  const MORE = 7
  beforeEach(() => {
    for (let i = 0; i < MONTHS_A_NIGHT + MORE; i += 1)
      put(`${ZONE}${monthPartition(shiftMonth('2019-10', i))}a.csv`)
  })

  it('are taken oldest first; the note says which are left', async () => {
    const { slices, notes } = await plan()
    expect(slices).toHaveLength(MONTHS_A_NIGHT)
    expect(slices.at(0)?.month).toBe('2019-10')
    expect(slices.at(-1)?.month).toBe('2023-09')
    expect(notes).toEqual([
      'There are 55 months to do, and one night does 48: 2023-10, 2023-11, 2023-12, 2024-01, 2024-02, 2024-03, ' +
        'and 1 more are left. The next night takes them.',
    ])
  })

  it('are left to the next night, which finds no others changed', async () => {
    await publishAll()
    const { slices, notes } = await plan()
    expect(slices.map(({ month }) => month)).toEqual(
      Array.from({ length: MORE }, (_, i) => shiftMonth('2023-10', i)),
    )
    expect(notes).toEqual([])
  })

  it('have to be forced by name where they are forced', async () => {
    await publishAll()
    const { notes } = await plan({ force: true })
    expect(notes).toEqual([
      expect.stringContaining('Force them next, with {"force":true,"months":["2023-10", …]}'),
    ])
  })
})

describe('notes', () => {
  it('name a month that was uploaded twice', async () => {
    put(`${OCTOBER}2019-Oct.csv`)
    put(`${OCTOBER}2019-Oct (1).csv`)
    put(`${OCTOBER}other.csv`, CSV.replace('1.00', '2.00'))
    const { notes } = await plan()
    expect(notes).toEqual([
      expect.stringMatching(/2019-Oct \(1\).csv and .*2019-Oct.csv look like the same file/),
    ])
  })
})

describe('what no job could read is refused before any job', () => {
  it('months that are not there, with those that are', async () => {
    await expect(plan({ months: ['2019-12'] })).rejects.toThrow(/No files .* for 2019-12; it has none at all/)
    put(`${OCTOBER}a.csv`)
    await expect(plan({ months: ['2019-10', '2019-12'] })).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(/for 2019-12; it has 2019-10/),
    })
  })

  it('files in no month and of no known kind, all at once', async () => {
    put(`${ZONE}a.csv`)
    put(`${ZONE}old/p_year=2019/p_month=10/a.csv`)
    put(`${OCTOBER}deeper/a.csv`)
    put(`${OCTOBER}a.parquet`)
    const error: Error = await plan().catch((e) => e)
    expect(error.name).toBe('InvalidInputError')
    expect(error.message.match(/is in no month's folder: move it/g)).toHaveLength(3)
    expect(error.message).toMatch(/a.parquet is no .csv: convert or remove it/)
  })

  it('archives among the unpacked files, which would part the table and end the profile', async () => {
    put(`${OCTOBER}a.csv`)
    put(`${OCTOBER}b.csv.gz`)
    put(`${NOVEMBER}c.zip`)
    const error: Error = await plan().catch((e) => e)
    expect(error.name).toBe('InvalidInputError')
    const remedy = 'is an archive: move it to ecomm_user_activity'
    expect(error.message).toContain(`${OCTOBER}b.csv.gz ${remedy}/p_year=2019/p_month=10/, from where`)
    expect(error.message).toContain(`${NOVEMBER}c.zip ${remedy}/p_year=2019/p_month=11/, from where`)
  })

  it('headers of changed files, all at once; no manifest is written', async () => {
    put(`${OCTOBER}empty.csv`, '')
    put(`${OCTOBER}six.csv`, `${CSV_HEADER.split(',').slice(0, 6).join()}\n`)
    put(`${OCTOBER}good.csv`)
    const error: Error = await plan().catch((e) => e)
    expect(error.name).toBe('InvalidInputError')
    expect(error.message).toMatch(/empty.csv is empty: upload it again or remove it/)
    expect(error.message).toMatch(
      /six.csv has another header \(6 of 9 columns; missing price, user_id, user_session\)/,
    )
    expect(error.message).not.toMatch(/good/)
    expect(aws.s3.keys(LAKE_BUCKET)).toEqual([])
  })

  it('but not those of files that are published already', async () => {
    put(`${OCTOBER}a.csv`)
    await publishAll()
    put(`${OCTOBER}a.csv`, 'event_time\n')
    put(`${NOVEMBER}a.csv`)
    await expect(plan({ months: ['2019-11'] })).resolves.toMatchObject({ slices: [{ slice: 'csv-2019-11' }] })
  })
})

describe('headerProblem', () => {
  const swapped = CSV_HEADER.replace('brand,price', 'price,brand')
  it.each([
    ['LF', CSV],
    ['CRLF', CSV.replaceAll('\n', '\r\n')],
    ['CR', CSV.replaceAll('\n', '\r')],
    ['a BOM', `\uFEFF${CSV}`],
    ['no line end', CSV_HEADER],
  ])('a header with %s is fine', (_, text) => {
    expect(headerProblem(Buffer.from(text))).toBeUndefined()
  })

  it.each([
    [swapped, /9 of 9 columns; reordered.*expected "event_time.*found "event_time/],
    [`${CSV_HEADER},ip`, /10 of 9 columns; extra ip/],
    [`${CSV_HEADER},brand`, /a column stands twice/],
    [CSV_HEADER.replace('price', 'Price'), /missing price; extra Price/],
    [ROW, /has no header: add it as the first line/],
    [`\n${CSV_HEADER}`, /has no header/],
    ['x'.repeat(9_000), /found "x{200}…"/],
  ])('%.40s is told', (text, problem) => {
    expect(headerProblem(Buffer.from(text))).toMatch(problem)
  })

  it('of UTF-16 is told', () => {
    expect(headerProblem(Buffer.from(`\uFEFF${CSV}`, 'utf16le'))).toMatch(/is UTF-16/)
    expect(headerProblem(Buffer.from(`\uFEFF${CSV}`, 'utf16le').swap16())).toMatch(/is UTF-16/)
  })
})

describe('profileKey', () => {
  it('covers exactly the changed months', () => {
    expect(profileKey(['2019-10'])).toBe(`${ZONE}<p_year=2019/p_month=10/.+>.csv`)
    expect(profileKey(['2020-01', '2019-12', '2019-12'])).toBe(
      `${ZONE}<(p_year=2019/p_month=12|p_year=2020/p_month=01)/.+>.csv`,
    )
  })

  it('covers all months where a list of them would be too long for DataBrew', () => {
    const months = Array.from({ length: 900 }, (_, i) => `${1900 + i}-01`)
    expect(profileKey(months)).toBe(`${ZONE}<.+>.csv`)
  })
})
