import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { MARTS } from '../../../athena-views/index.ts'
import { CSV_HEADER } from '../../../catalog/events.ts'
import { handler } from '../../../lambdas/plan-slices/handler.ts'
import { headerProblem } from '../../../lambdas/plan-slices/header-problem.ts'
import { profileKey } from '../../../lambdas/plan-slices/profile-key.ts'
import { release as releaseSchema, sliceManifest } from '../../../lambdas/shared/documents.ts'
import { planMartMonths } from '../../../lambdas/shared/mart-months.ts'
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
    put(`${OCTOBER}a.csv.gz`, gzipSync(CSV))
    put(`${NOVEMBER}a.csv`)
    put(NOVEMBER, '')
    expect(await plan()).toMatchObject({
      changed: true,
      slices: [
        { slice: 'csv-2019-10', version: 'csv-2019-10@r1', files: 2, month: '2019-10' },
        { slice: 'csv-2019-11', version: 'csv-2019-11@r1', files: 1, bytes: CSV.length },
      ],
      unchanged: [],
      profileKey: `${ZONE}<p_year=2019/p_month=(10|11)/.+>`,
      notes: [],
    })
    const manifest = sliceManifest.parse(
      aws.s3.json(LAKE_BUCKET, 'control/runs/r1/csv-2019-10.manifest.json'),
    )
    expect(manifest.files.map(({ key }) => key)).toEqual([`${OCTOBER}a.csv.gz`, `${OCTOBER}b.csv`])
    expect(manifest.bucket).toBe(RAW_BUCKET)
  })

  it('nothing, where all is published', async () => {
    put(`${OCTOBER}a.csv`)
    await publishAll()
    expect(await plan()).toEqual({
      changed: false,
      slices: [],
      unchanged: ['csv-2019-10'],
      profileKey: '',
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

  it('name a published slice whose files are gone', async () => {
    put(`${NOVEMBER}a.csv`)
    publish(aws, release())
    const { notes, slices } = await plan()
    expect(notes).toEqual([expect.stringMatching(/csv-2019-10 has no files .* published version is kept/)])
    expect(slices).toHaveLength(1)
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
    expect(error.message).toMatch(/a.parquet is neither .csv nor .csv.gz/)
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
    expect(headerProblem('a.csv', Buffer.from(text))).toBeUndefined()
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
    expect(headerProblem('a.csv', Buffer.from(text))).toMatch(problem)
  })

  it('of UTF-16 is told', () => {
    expect(headerProblem('a.csv', Buffer.from(`\uFEFF${CSV}`, 'utf16le'))).toMatch(/is UTF-16/)
    expect(headerProblem('a.csv', Buffer.from(`\uFEFF${CSV}`, 'utf16le').swap16())).toMatch(/is UTF-16/)
  })

  it('is read from the beginning of a gzip file', () => {
    const long = gzipSync(
      `${CSV_HEADER}\n${Array.from({ length: 9_999 }, (_, i) => `${i * 7919}`).join('\n')}`,
    )
    expect(headerProblem('a.csv.gz', long.subarray(0, 1_000))).toBeUndefined()
    expect(headerProblem('a.csv.gz', Buffer.from(CSV))).toMatch(/is no gzip file/)
    expect(headerProblem('a.csv.gz', gzipSync(''))).toMatch(/is empty/)
    expect(headerProblem('a.csv.gz', Buffer.alloc(0))).toMatch(/is empty/)
  })
})

describe('profileKey', () => {
  it('covers exactly the changed months', () => {
    expect(profileKey(['2019-10'])).toBe(`${ZONE}<p_year=2019/p_month=10/.+>`)
    expect(profileKey(['2020-01', '2019-12', '2019-12'])).toBe(
      `${ZONE}<(p_year=2019/p_month=12|p_year=2020/p_month=01)/.+>`,
    )
  })

  it('covers all months where a list of them would be too long for DataBrew', () => {
    const months = Array.from({ length: 900 }, (_, i) => `${1900 + i}-01`)
    expect(profileKey(months)).toBe(`${ZONE}<.+>`)
  })
})
