import { beforeEach, describe, expect, it } from 'vitest'
import { MARTS } from '../../../athena-views/index.ts'
import { handler as planMarts } from '../../../lambdas/plan-marts/handler.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET } from './fakes/fake-aws.ts'
import { CSV, rawKey, rawZone } from './fakes/raw-zone.ts'

let aws: FakeAws
let zone: ReturnType<typeof rawZone>
beforeEach(async () => {
  aws = fakeAws()
  zone = rawZone(aws)
  zone.put('2019-10', 'a.csv')
  zone.put('2019-10', 'b.csv', CSV.replace('1.00', '2.00'))
  zone.put('2019-11')
  await zone.publishAll()
})
const failure = async (values: object = {}): Promise<Error> => zone.plan(values).catch((error) => error)

describe('files of the release that are gone', () => {
  it('halt the night, which says which file of which slice, and what to type', async () => {
    zone.remove('2019-10', 'b.csv')
    const { name, message } = await failure()
    expect(name).toBe('DeletedInputError')
    expect(message).toBe(
      `Files are gone that the release was made of: csv-2019-10 has lost 1 of its files (${rawKey('2019-10', 'b.csv')}) ` +
        'since csv-2019-10@r0. The release stands. Put them back, or confirm with {"acceptDeletions":["2019-10"]} ' +
        '(npm start -- --accept-deletions 2019-10): then csv-2019-10 is made anew of the files that are left.',
    )
    expect(aws.s3.text(LAKE_BUCKET, 'control/runs/r1/plan.json')).toBeUndefined()
  })

  it('halt it where a whole slice is gone, and where a night asks for that month', async () => {
    zone.remove('2019-10', 'a.csv')
    zone.remove('2019-10', 'b.csv')
    expect((await failure()).message).toMatch(
      /csv-2019-10 has lost all its files \(.*a\.csv, .*b\.csv\).* then csv-2019-10 leaves the release/,
    )
    expect((await failure({ months: ['2019-10'] })).name).toBe('DeletedInputError')
  })

  it('halt it where nobody knows any more which files there were', async () => {
    zone.remove('2019-11')
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/runs/r0/csv-2019-11.manifest.json`)
    expect((await failure()).message).toContain('csv-2019-11 has lost all its files since csv-2019-11@r0')
  })

  it('are all told at once, with the archives that a night had unpacked them from', async () => {
    const target = { key: rawKey('2019-11'), size: 1, etag: '"e"' }
    const archive = { key: 'ecomm_user_activity/p_year=2019/p_month=11/a.zip', size: 1, etag: '"e"' }
    aws.s3.putJson(LAKE_BUCKET, 'control/unpacked/1.json', { archive, target })
    aws.s3.putJson(LAKE_BUCKET, 'control/unpacked/2.json', { archive, target: { ...target, key: 'other' } })
    zone.remove('2019-10', 'a.csv')
    zone.remove('2019-11')
    expect((await failure()).message).toMatch(
      /csv-2019-10 has lost 1 .*; csv-2019-11 has lost all .* They were unpacked from ecomm_user_activity\/.*a\.zip\. .*\["2019-10","2019-11"\]/,
    )
  })

  it('are none where a file was replaced, renamed or added', async () => {
    zone.put('2019-10', 'a.csv', CSV.replace('1.00', '3.00'))
    zone.remove('2019-10', 'b.csv')
    zone.put('2019-10', 'renamed.csv', CSV.replace('1.00', '2.00'))
    zone.put('2019-11', 'late.csv', CSV.replace('1.00', '4.00'))
    expect(await zone.plan()).toMatchObject({ slices: [{ files: 2 }, { files: 2 }], notes: [] })
  })

  it('do not concern a night for other months, nor one that leaves theirs to a backfill', async () => {
    zone.remove('2019-10', 'b.csv')
    expect(await zone.plan({ months: ['2019-11'] })).toMatchObject({ unchanged: ['csv-2019-11'] })
    expect(await zone.plan({ leftOut: ['2019-10'] })).toMatchObject({
      slices: [],
      notes: ['2019-10 are left to the backfill that is running: it publishes them.'],
    })
  })

  it('are not gone for a dry run that would unpack them first', async () => {
    zone.remove('2019-11')
    const archives = [{ key: 'a.zip', target: rawKey('2019-11') }]
    expect((await zone.plan({ dryRun: true, archives })).notes).toEqual([
      expect.stringMatching(/a\.zip would be/),
    ])
    expect((await failure({ dryRun: true })).name).toBe('DeletedInputError')
  })
})

describe('files that are gone and are to be', () => {
  it('are left out where the slice has others', async () => {
    zone.remove('2019-10', 'b.csv')
    const { slices, removed, notes } = await zone.plan({ acceptDeletions: ['2019-10'] })
    expect(slices).toMatchObject([{ slice: 'csv-2019-10', files: 1 }])
    expect(removed).toEqual([])
    expect(notes).toEqual([
      expect.stringMatching(/csv-2019-10 has lost 1 .*, as was confirmed: csv-2019-10 is made anew/),
    ])
  })

  it('take the slice and its marts out of the release where it has none', async () => {
    zone.remove('2019-11')
    const plan = await zone.plan({ acceptDeletions: ['2019-11'] })
    expect(plan).toMatchObject({ changed: true, slices: [], removed: ['csv-2019-11'] })
    const { levels } = await planMarts({ run: 'r1', curated: [] })
    const { slices, marts } = aws.s3.json(LAKE_BUCKET, 'control/runs/r1/candidate.json')
    expect(Object.keys(slices)).toEqual(['csv-2019-10'])
    for (const { name } of MARTS) expect(Object.keys(marts[name]), name).toEqual(['2019-10'])
    // October's marts that look into November are made anew.
    const rebuilt = levels
      .flat()
      .map(({ mart, month }: { mart: string; month: string }) => `${mart} ${month}`)
    const looksAhead = MARTS.filter(({ window }) => window.monthsAfter > 0).map(
      ({ name }) => `${name} 2019-10`,
    )
    expect(rebuilt.sort()).toEqual(expect.arrayContaining(looksAhead))
  })

  it('do so too where the night is for that month alone', async () => {
    zone.remove('2019-11')
    const values = { months: ['2019-11'], acceptDeletions: ['2019-11'] }
    expect(await zone.plan(values)).toMatchObject({ removed: ['csv-2019-11'] })
  })

  it('are only those of the months that were confirmed', async () => {
    zone.remove('2019-10', 'b.csv')
    zone.remove('2019-11')
    expect((await failure({ acceptDeletions: ['2019-11'] })).message).toContain('["2019-10"]')
  })

  it('may be none at all, which a note says', async () => {
    const { changed, notes } = await zone.plan({ acceptDeletions: ['2019-10'] })
    expect(changed).toBe(false)
    expect(notes).toEqual(['No file of 2019-10 is gone that the release was made of.'])
  })
})
