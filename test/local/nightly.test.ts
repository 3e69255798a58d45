import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MARTS } from '../../athena-views/index.ts'
import { LAKE, RAW } from '../../catalog/layout.ts'
import { csv, goodLines, line, openTestLake, type TestLake } from './lake-harness.ts'

/** The nights of one lake, one after the other: each test goes on from where the last one ended. */
describe('the night, end to end on one machine', () => {
  let lake: TestLake
  beforeAll(async () => {
    lake = await openTestLake('nightly')
  })
  afterAll(() => lake.close())

  const count = async (view = 'user_activity') =>
    (await lake.query(`select count(*) from ecommerce.${view}`))[0]?.[0]

  it('publishes every view from one raw file', async () => {
    lake.put('2019-Oct.csv', csv(...goodLines(200), line({ type: 'purchase' }), line({ type: 'purchase' })))
    const { execution, record, current } = await lake.night()
    expect(execution).toMatchObject({ name: 'r1', status: 'SUCCEEDED', error: null })
    expect(record).toMatchObject({ status: 'published', release: 'r1', martsBuilt: MARTS.length })
    expect(record?.slices[0]).toMatchObject({ read: 202, curated: 201, duplicates: 1, quarantined: 0 })
    expect(Object.keys(current?.slices ?? {})).toEqual(['csv-2019-10'])
    expect(await count()).toBe(201n)
    for (const { name } of MARTS) expect(await count(name), name).toBeGreaterThanOrEqual(0n)
  })

  it('keeps ids above 2^53 exact from file to view', async () => {
    expect(await lake.query('select distinct category_id, source from ecommerce.user_activity')).toEqual([
      [2053013555631882655n, 'csv'],
    ])
  })

  it('does nothing where nothing has changed', async () => {
    const { execution, record, current } = await lake.night()
    expect(execution.status).toBe('SUCCEEDED')
    expect(record).toMatchObject({ status: 'unchanged', slices: [], martsBuilt: 0 })
    expect(current?.release).toBe('r1')
  })

  it('says what it would do on a dry run, and does none of it', async () => {
    lake.put('more.csv', csv(...goodLines(50, { brand: 'apple' })))
    const { execution, record, current } = await lake.night({ dryRun: true })
    expect(execution.status).toBe('SUCCEEDED')
    expect(execution.output).toMatchObject({
      plan: { changed: true, slices: [{ slice: 'csv-2019-10', files: 2 }] },
    })
    expect(record).toBeUndefined()
    expect(current?.release).toBe('r1')
  })

  it('processes a changed slice anew, as another version', async () => {
    const { record, current } = await lake.night()
    expect(record).toMatchObject({ status: 'published', slices: [{ read: 252, curated: 251 }] })
    expect(current?.slices['csv-2019-10']?.version).toBe('csv-2019-10@r4')
    expect(await count()).toBe(251n)
  })

  it('takes a second month, and leaves the first as it is', async () => {
    const november = goodLines(40).map((text) => text.replaceAll('2019-10-01', '2019-11-02'))
    lake.put('2019-Nov.csv', csv(...november), { month: '2019-11' })
    const { record, current } = await lake.night()
    expect(record?.slices.map(({ slice }) => slice)).toEqual(['csv-2019-11'])
    expect(current?.slices['csv-2019-10']?.version).toBe('csv-2019-10@r4')
    expect(await count()).toBe(291n)
  })

  it('rebuilds only those marts of the former month that look into the new one', async () => {
    const release = (await lake.night({ dryRun: true })).current
    const rebuilt = MARTS.filter(({ name }) => release?.marts[name]?.['2019-10']?.version === '2019-10@r5')
    const looksAhead = MARTS.filter(({ window }) => window.monthsAfter > 0)
    expect(rebuilt.map(({ name }) => name).sort()).toEqual(looksAhead.map(({ name }) => name).sort())
    expect(looksAhead.length).toBeGreaterThan(0)
  })

  it('takes only the months asked for, changed or not where forced', async () => {
    const { record } = await lake.night({ months: ['2019-11'], force: true })
    expect(record?.slices.map(({ slice }) => slice)).toEqual(['csv-2019-11'])
  })

  it('ends an execution whose input it does not know with what is wrong', async () => {
    const { execution } = await lake.night({ month: '2019-10' })
    expect(execution).toMatchObject({ status: 'FAILED', error: { name: 'InvalidInputError' } })
    expect(execution.error?.cause).toContain('month')
    expect((await lake.night({ months: ['2031-01'] })).execution.error?.cause).toContain('2031-01')
  })

  it('refuses a second night while one runs', async () => {
    const [first, second] = await Promise.all([
      lake.night({ force: true }),
      new Promise((resolve) => setTimeout(resolve, 50)).then(() => lake.night()),
    ])
    expect([first.execution.status, second.execution.status].sort()).toEqual(['FAILED', 'SUCCEEDED'])
    const failed = first.execution.status === 'FAILED' ? first : second
    expect(failed.execution.error?.name).toBe('NightAlreadyRunningError')
  })

  it('unpacks an archive before anything else', async () => {
    const december = goodLines(30).map((text) => text.replaceAll('2019-10-01', '2019-12-03'))
    lake.put('2019-Dec.csv.gz', gzipSync(csv(...december)), { month: '2019-12', zone: RAW.archives })
    const { record } = await lake.night()
    expect(record?.slices).toMatchObject([{ slice: 'csv-2019-12', read: 30, curated: 30 }])
    expect((await lake.night()).record?.status).toBe('unchanged')
  })

  it('refreshes dashboards that a former night published for but could not refresh, and that once', async () => {
    const { objects, names } = lake.lake.platform
    await objects.remove(names.lakeBucket, LAKE.refreshed)
    const mended = await lake.night()
    expect(mended.execution.status).toBe('SUCCEEDED')
    expect(mended.record).toMatchObject({ status: 'unchanged', martsBuilt: 0 })
    expect(mended.record?.warnings).toEqual([expect.stringMatching(/^Dashboards did not show release /)])
    expect((await lake.night()).record).toMatchObject({ status: 'unchanged', warnings: [] })
  })

  it('refuses archives among unpacked files, and says where they belong', async () => {
    const key = lake.put('2020-Jan.csv.gz', gzipSync(csv(...goodLines(1))), { month: '2020-01' })
    const { execution } = await lake.night()
    expect(execution).toMatchObject({ status: 'FAILED', error: { name: 'InvalidInputError' } })
    expect(execution.error?.cause).toContain(`${key} is an archive: move it to ${RAW.archives}p_year=2020/`)
    const { objects, names } = lake.lake.platform
    await objects.remove(names.rawBucket, key)
  })

  it('ends an input that is no object like any other that it does not know', async () => {
    const { execution } = await lake.night([])
    expect(execution).toMatchObject({ status: 'FAILED', error: { name: 'InvalidInputError' } })
  })

  it('tells the operators how each night went', async () => {
    const { root } = lake.lake
    const messages = readdirSync(`${root}/sns/outbox`).map((file) =>
      JSON.parse(readFileSync(`${root}/sns/outbox/${file}`, 'utf8')),
    )
    const subjects = messages.map(({ Subject }) => String(Subject))
    expect(subjects).toContainEqual(expect.stringMatching(/^\[dev\] Lakehouse night published/))
    expect(subjects).toContain('[dev] Lakehouse night REFUSED: InvalidInputError in StartNight')
    expect(subjects).toContain('[dev] Lakehouse night REFUSED: NightAlreadyRunningError in StartNight')
    expect(subjects.every((subject) => subject.length <= 100)).toBe(true)
  })

  it('goes on where it was after a restart', async () => {
    const { current } = await lake.night()
    await lake.lake.platform.close()
    lake = await openTestLake('nightly')
    const { execution, record } = await lake.night()
    expect(execution.status).toBe('SUCCEEDED')
    expect(record).toMatchObject({ status: 'unchanged' })
    expect(await count()).toBe(321n)
    expect(current?.slices).toHaveProperty('csv-2019-12')
  })
})
