import { beforeEach, describe, expect, it } from 'vitest'
import { handler as recordFailure } from '../../../lambdas/record-failure/handler.ts'
import { handler as recordRun } from '../../../lambdas/record-run/handler.ts'
import { describeCause } from '../../../lambdas/shared/describe-cause.ts'
import { runRecord } from '../../../lambdas/shared/documents.ts'
import { metrics, putRun, release } from './fakes/documents.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET } from './fakes/fake-aws.ts'

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
    const { subject, message } = await recordRun({ run: 'r1', startedAt, release: { release: 'r1' } })
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
    await recordRun({ run: 'r1', startedAt, release: { release: 'r0', ingestions: [] } })
    expect(aws.s3.text(LAKE_BUCKET, 'control/refreshed.json')).toBeUndefined()
    await recordRun({ run: 'r1', startedAt, release: { release: 'r0', ingestions } })
    expect(aws.s3.json(LAKE_BUCKET, 'control/refreshed.json')).toEqual({ release: 'r0' })
  })

  it('without anything to do says just that', async () => {
    const { subject, message } = await recordRun({ run: 'r1', startedAt })
    expect(recorded()).toMatchObject({ status: 'unchanged', release: null, slices: [], martsBuilt: 0 })
    expect(subject).toBe('[dev] Lakehouse night unchanged')
    expect(message).toMatch(/^Nothing new was published; nothing had changed\./)
  })

  it('has the warnings of its publication too', async () => {
    aWholeNight()
    const release = { release: 'r1', warnings: ['View x could not be dropped.'] }
    const { subject } = await recordRun({ run: 'r1', startedAt, release })
    expect(recorded().warnings).toContain('View x could not be dropped.')
    expect(subject).toBe('[dev] Lakehouse night published, 5 warnings')
  })

  it('whose slices were all set aside names the release that stays', async () => {
    const { message } = await recordRun({ run: 'r1', startedAt, release: { release: 'r0' } })
    expect(message).toMatch(/r0 stays current/)
  })

  it('fits into a message, however many warnings there are', async () => {
    const notes = Array.from({ length: 30 }, (_, i) => `note ${i}`)
    putRun(aws, 'plan', { slices: [], unchanged: [], notes })
    const { message } = await recordRun({ run: 'r1', startedAt })
    expect(message).toMatch(/- note 9\n- and 20 more$/)
  })
})

describe('a night that failed', () => {
  const failed = {
    execution: 'arn:aws:states:us-east-1:111122223333:execution:ecomm-nightly-dev:R1',
    name: 'R1',
    startedAt,
    error: {
      Error: 'QualityHaltError',
      Cause: '{"errorType":"QualityHaltError","errorMessage":"no rows – none"}',
    },
  }

  it('is recorded as far as it came, and says why and where to look', async () => {
    aWholeNight()
    const { subject, message } = await recordFailure({ ...failed, state: { run: 'r1' } })
    expect(recorded()).toMatchObject({
      status: 'failed',
      release: null,
      error: { name: 'QualityHaltError', cause: 'no rows – none' },
      slices: [{ curated: 1000 }],
    })
    expect(subject).toBe('[dev] Lakehouse night FAILED: QualityHaltError')
    expect(message).toMatch(/^QualityHaltError: no rows – none/)
    expect(message).toContain(failed.execution)
    expect(message).toContain('- csv-2019-10: Prices look odd.')
  })

  it('says how many marts were built, not how many were planned', async () => {
    aWholeNight()
    const { message } = await recordFailure(failed)
    expect(recorded().martsBuilt).toBe(1)
    expect(message).toMatch(/had curated 1 slices and built 1 mart months/)
  })

  it('before it did anything is recorded too', async () => {
    await recordFailure({ ...failed, error: { Error: 'States.Timeout' } })
    expect(recorded()).toMatchObject({
      slices: [],
      error: { name: 'States.Timeout', cause: 'no cause was given' },
    })
  })

  it('because its name was taken leaves the other night’s record alone', async () => {
    aWholeNight()
    await recordRun({ run: 'r1', startedAt: '2025-01-01T00:00:00.000Z' })
    const before = recorded()
    const { message } = await recordFailure(failed)
    expect(recorded()).toEqual(before)
    expect(message).toMatch(/had curated 0 slices/)
  })

  it('has a subject that SNS takes', async () => {
    const { subject } = await recordFailure({
      ...failed,
      error: { Error: `Fehlerübersicht\n${'x'.repeat(200)}` },
    })
    expect(subject).toMatch(/^[ -~]{100}$/)
    expect(subject).toContain('Fehler?bersicht?x')
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
