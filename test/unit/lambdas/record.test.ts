import { beforeEach, describe, expect, it } from 'vitest'
import { handler as recordRun } from '../../../lambdas/record-run/handler.ts'
import { describeCause } from '../../../lambdas/shared/describe-cause.ts'
import { runRecord } from '../../../lambdas/shared/documents.ts'
import { metrics, putRun, release } from './fakes/documents.ts'
import { EXECUTION, type FakeAws, fakeAws, LAKE_BUCKET } from './fakes/fake-aws.ts'

const startedAt = new Date(Date.now() - 60_000).toISOString()
const verdict = (action: string, message: string) => ({ rule: 'r', action, value: 1, threshold: 0, message })
const recorded = () => runRecord.parse(aws.s3.json(LAKE_BUCKET, 'control/runs/r1/run.json'))

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

function aWholeNight(): void {
  putRun(aws, 'plan', {
    slices: ['csv-2019-10'],
    unchanged: [],
    notes: ['a.csv and b.csv are the same file'],
  })
  putRun(aws, 'csv-2019-10.metrics', metrics({ read: 1010, duplicates: 4, quarantined: 6 }))
  putRun(aws, 'csv-2019-10.gate', { subject: 'csv-2019-10', verdicts: [verdict('warn', 'Prices look odd.')] })
  putRun(aws, 'csv-2019-11.gate', {
    subject: 'csv-2019-11',
    verdicts: [verdict('quarantine', 'Half is rejected.')],
  })
  putRun(aws, 'partition-key', { subject: 'partition key', verdicts: [verdict('pass', 'Fine.')] })
  putRun(aws, 'sales_per_day-2019-10.tests', { subject: 'sales', verdicts: [verdict('warn', 'No sale.')] })
  putRun(aws, 'candidate', {
    run: 'r1',
    base: null,
    slices: release().slices,
    marts: {
      a: {
        '2019-10': { version: '2019-10@r1', basis: 'b' },
        '2019-11': { version: '2019-11@r1', basis: 'b' },
        '2019-09': { version: '2019-09@r0', basis: 'b' },
      },
    },
  })
}

describe('a night that ended well', () => {
  it('is recorded with its rows, its warnings and what was set aside', async () => {
    aWholeNight()
    const { subject, message } = await recordRun({
      run: 'r1',
      execution: EXECUTION,
      startedAt,
      release: { release: 'r1' },
    })
    expect(recorded()).toMatchObject({
      status: 'published',
      release: 'r1',
      setAside: ['csv-2019-11'],
      martsBuilt: 1,
      slices: [{ read: 1010 }],
      error: null,
    })
    expect(recorded().warnings).toEqual([
      'a.csv and b.csv are the same file',
      'csv-2019-10: Prices look odd.',
      'csv-2019-11: Half is rejected.',
      'sales: No sale.',
    ])
    expect(subject).toBe('[dev] Lakehouse night published, 4 warnings')
    expect(message).toMatch(/Release r1 is published/)
    expect(message).toMatch(/Run r1: 60 s, 1 slices, 1 mart months/)
    expect(message).toMatch(/1010 rows read: 1000 curated, 4 duplicates, 6 quarantined/)
    expect(message).toMatch(/Set aside for their quality: csv-2019-11/)
  })

  it('remembers which release dashboards show, once it has waited for their copies', async () => {
    const ingestions = [{ dataSetId: 'd', ingestionId: 'r1-a' }]
    await recordRun({
      run: 'r1',
      execution: EXECUTION,
      startedAt,
      release: { release: 'r0', ingestions: [] },
    })
    expect(aws.s3.text(LAKE_BUCKET, 'control/refreshed.json')).toBeUndefined()
    await recordRun({ run: 'r1', execution: EXECUTION, startedAt, release: { release: 'r0', ingestions } })
    expect(aws.s3.json(LAKE_BUCKET, 'control/refreshed.json')).toEqual({ release: 'r0' })
  })

  it('without anything to do says just that', async () => {
    const { subject, message } = await recordRun({ run: 'r1', execution: EXECUTION, startedAt })
    expect(recorded()).toMatchObject({ status: 'unchanged', release: null, slices: [], martsBuilt: 0 })
    expect(subject).toBe('[dev] Lakehouse night unchanged')
    expect(message).toMatch(/^Nothing new was published; nothing had changed\./)
  })

  it('has the warnings of its publication too', async () => {
    aWholeNight()
    const release = { release: 'r1', warnings: ['View x could not be dropped.'] }
    const { subject } = await recordRun({ run: 'r1', execution: EXECUTION, startedAt, release })
    expect(recorded().warnings).toContain('View x could not be dropped.')
    expect(subject).toBe('[dev] Lakehouse night published, 5 warnings')
  })

  it('whose slices were all set aside names the release that stays', async () => {
    const { message } = await recordRun({
      run: 'r1',
      execution: EXECUTION,
      startedAt,
      release: { release: 'r0' },
    })
    expect(message).toMatch(/r0 stays current/)
  })

  it('fits into a message, however many warnings there are', async () => {
    const notes = Array.from({ length: 30 }, (_, i) => `note ${i}`)
    putRun(aws, 'plan', { slices: [], unchanged: [], notes })
    const { message } = await recordRun({ run: 'r1', execution: EXECUTION, startedAt })
    expect(message).toMatch(/- note 9\n- and 20 more$/)
  })
})

describe('describeCause', () => {
  it.each([
    ['plain words', 'plain words'],
    ['{"JobRunState":"FAILED","ErrorMessage":"out of memory"}', 'out of memory'],
    ['{"QueryExecution":{"Status":{"StateChangeReason":"HIVE_PATH"}}}', 'HIVE_PATH'],
    ['{"other":1}', '{"other":1}'],
    ['"text"', '"text"'],
  ])('%s', (cause, words) => {
    expect(describeCause(cause)).toBe(words)
  })
})
