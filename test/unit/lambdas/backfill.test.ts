import { beforeEach, describe, expect, it } from 'vitest'
import type { MachineKind } from '../../../catalog/layout.ts'
import { checkNight as wait } from '../../../lambdas/check-night/check-night.ts'
import { handler as checkNight } from '../../../lambdas/check-night/handler.ts'
import { handler as finishMonth } from '../../../lambdas/finish-month/handler.ts'
import { handler as recordBackfill } from '../../../lambdas/record-backfill/handler.ts'
import { backfillRecord } from '../../../lambdas/shared/maintenance-documents.ts'
import { handler as startBackfill } from '../../../lambdas/start-backfill/handler.ts'
import { handler as startMonth } from '../../../lambdas/start-month/handler.ts'
import { handler as startNight } from '../../../lambdas/start-night/handler.ts'
import { manifest, metrics, publish, release } from './fakes/documents.ts'
import { executionArn, type FakeAws, fakeAws, LAKE_BUCKET, RAW_BUCKET } from './fakes/fake-aws.ts'
import { rawKey, rawZone } from './fakes/raw-zone.ts'

const STARTED = '2026-01-02T03:00:00.000Z'
const RANGE = { from: '2019-10', to: '2020-01' }

let aws: FakeAws
let zone: ReturnType<typeof rawZone>
beforeEach(() => {
  aws = fakeAws()
  zone = rawZone(aws)
  for (const month of ['2019-10', '2019-11', '2020-03']) zone.put(month)
  aws.s3.put(RAW_BUCKET, 'ecomm_user_activity/p_year=2020/p_month=01/2020-Jan.csv.gz', 'x')
})

const start = (input: unknown = RANGE, name = 'B1') =>
  startBackfill({
    execution: executionArn('backfill', name),
    run: `backfill-${name}`,
    startedAt: STARTED,
    input,
  })
const running = (machine: MachineKind, name: string, startDate: Date) =>
  aws.executions.push({
    executionArn: executionArn(machine, name),
    stateMachineArn: 'x',
    name,
    startDate,
    status: 'RUNNING',
  })
const BEFORE = new Date(Date.parse(STARTED) - 60_000)
const AFTER = new Date(Date.parse(STARTED) + 60_000)

describe('a backfill', () => {
  it('takes the months of its range that have files or archives, and names the others', async () => {
    const order = {
      run: 'backfill-b1',
      ...RANGE,
      force: false,
      months: ['2019-10', '2019-11', '2020-01'],
      missing: ['2019-12'],
    }
    expect(await start()).toEqual({ execution: executionArn('backfill', 'B1'), startedAt: STARTED, ...order })
    expect(aws.s3.json(LAKE_BUCKET, 'control/runs/backfill-b1/backfill.json')).toEqual(order)
  })

  it.each([
    [{}, /from/],
    [{ from: '2019-10', to: '2019-13' }, /a month is YYYY-MM/],
    [{ from: '2019-11', to: '2019-10' }, /ends before it begins/],
    [{ ...RANGE, months: [] }, /Unrecognized key: "months"/],
    [{ from: '2010-01', to: '2019-10' }, /are 118 months, .* may have 48: backfill 2010-01 to 2013-12 first/],
    [{ from: '2000-01', to: '2000-12' }, /No month from 2000-01 to 2000-12 has files/],
  ])('of %j is refused with the reason', async (input, reason) => {
    await expect(start(input)).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(reason),
    })
    expect(aws.s3.keys(LAKE_BUCKET)).toEqual([])
  })

  it('is refused beside an earlier one, not beside a later one', async () => {
    running('backfill', 'b2', AFTER)
    await start()
    running('backfill', 'b0', BEFORE)
    await expect(start()).rejects.toMatchObject({
      name: 'AlreadyRunningError',
      message: expect.stringMatching(/b0 of ecomm-backfill-dev, since .*Wait for its end or stop it/),
    })
  })

  it('is refused under a name that was used before', async () => {
    const record = { run: 'backfill-b1', status: 'backfilled', startedAt: '2025-01-01T00:00:00.000Z' }
    const rest = {
      endedAt: '',
      release: null,
      slices: [],
      setAside: [],
      martsBuilt: 0,
      warnings: [],
      error: null,
    }
    aws.s3.putJson(LAKE_BUCKET, 'control/runs/backfill-b1/run.json', { ...record, ...rest })
    await expect(start()).rejects.toThrow(/Run backfill-b1 is taken/)
  })
})

describe('a night beside a backfill', () => {
  const night = (input: unknown = {}) =>
    startNight({ execution: executionArn('nightly', 'n1'), name: 'n1', startedAt: STARTED, input })
  beforeEach(async () => {
    running('backfill', 'B1', BEFORE)
    await start({ from: '2019-10', to: '2019-11' })
  })

  it('leaves the backfill’s months alone, archives too', async () => {
    aws.s3.put(RAW_BUCKET, 'ecomm_user_activity/p_year=2019/p_month=11/2019-Nov.csv.gz', 'x')
    const { leftOut, archives } = await night()
    expect(leftOut).toEqual(['2019-10', '2019-11'])
    expect(archives.map(({ key }) => key)).toEqual([expect.stringContaining('2020-Jan')])
    expect(await zone.plan({ leftOut })).toMatchObject({
      slices: [{ month: '2020-03' }],
      notes: ['2019-10, 2019-11 are left to the backfill that is running: it publishes them.'],
    })
  })

  it('is refused where it is for one of them', async () => {
    await expect(night({ months: ['2019-11', '2020-03'] })).rejects.toThrow(
      /^2019-11: being backfilled by B1 of ecomm-backfill-dev.*ask for other months/,
    )
  })

  it('that publishes the backfill takes them', async () => {
    const input = { months: ['2019-10', '2019-11'], backfill: 'backfill-b1' }
    expect(await night({ ...input, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn' })).toMatchObject({
      ...input,
      leftOut: [],
    })
  })

  it('goes on with all, where the backfill has only just begun: that one waits', async () => {
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/runs/backfill-b1/backfill.json`)
    expect((await night()).leftOut).toEqual([])
  })
})

describe('what a backfill waits for', () => {
  it('is a night, whatever that is for', async () => {
    expect(await checkNight({ run: 'backfill-b1', publishes: false })).toEqual({
      isRunning: false,
      night: null,
    })
    running('nightly', 'n1', AFTER)
    expect(await wait({ run: 'backfill-b1', publishes: true }, { longest: 5, pause: 1 })).toEqual({
      isRunning: true,
      night: 'n1 of ecomm-nightly-dev, since 2026-01-02T03:01:00.000Z',
    })
  })

  it('is noticed to be over without another round of the state machine', async () => {
    running('nightly', 'n1', AFTER)
    const waiting = wait({ run: 'backfill-b1', publishes: false }, { longest: 10_000, pause: 1 })
    await new Promise((resolve) => setTimeout(resolve, 10))
    aws.executions.length = 0
    expect(await waiting).toEqual({ isRunning: false, night: null })
  })

  it('is not a rollback: publication is held, and a redrive goes on once it is resumed', async () => {
    const hold = { release: 'r7', since: '2026-01-01', by: 'arn', reason: 'doubled revenue' }
    aws.s3.putJson(LAKE_BUCKET, 'control/hold.json', hold)
    await expect(checkNight({ run: 'backfill-b1', publishes: true })).rejects.toMatchObject({
      name: 'PublicationHeldError',
      message: expect.stringMatching(
        /What backfill-b1 has curated is kept. Publication is held at release r7 .*redrive/,
      ),
    })
    expect(await checkNight({ run: 'backfill-b1', publishes: false })).toMatchObject({ isRunning: false })
  })
})

describe('a month of a backfill', () => {
  const month = (input: unknown) =>
    startMonth({ execution: executionArn('backfillMonth', 'u1'), run: 'month-U1', startedAt: STARTED, input })
  const input = { month: '2020-01', force: true, backfill: 'backfill-b1' }

  it('begins as a night does, for one month, without profile', async () => {
    const night = await month({ ...input, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn' })
    expect(night).toMatchObject({
      run: 'month-u1',
      months: ['2020-01'],
      force: true,
      dryRun: false,
      profiles: false,
    })
    expect(night.archives).toEqual([
      { key: expect.stringContaining('2020-Jan.csv.gz'), target: rawKey('2020-01', '2020-Jan.csv') },
    ])
  })

  it('is started by nobody else', async () => {
    await expect(month({ month: '2020-01' })).rejects.toThrow(/started by a backfill.*Start a backfill with/s)
  })

  it('ends with what became of its slices, remembers what was set aside, and records it', async () => {
    const put = (name: string, document: unknown) =>
      aws.s3.putJson(LAKE_BUCKET, `control/runs/month-u1/${name}.json`, document)
    put('csv-2019-10.metrics', metrics())
    put('csv-2019-10.manifest', manifest())
    const verdict = {
      rule: 'rejected rows',
      action: 'quarantine',
      value: 1,
      threshold: 0,
      message: 'Too many.',
    }
    put('csv-2019-10.gate', { subject: 'csv-2019-10', verdicts: [verdict] })
    const result = await finishMonth({
      run: 'month-u1',
      execution: executionArn('backfillMonth', 'u1'),
      startedAt: STARTED,
      months: ['2019-10'],
      curated: [{ slice: 'csv-2019-10', version: 'csv-2019-10@month-u1', outcome: 'set-aside' }],
      plan: { adopted: [], unchanged: ['stream-2019-10'] },
    })
    const slices = { curated: [], setAside: ['csv-2019-10'], adopted: [], unchanged: ['stream-2019-10'] }
    expect(result).toEqual({ month: '2019-10', run: 'month-u1', ...slices })
    expect(aws.s3.json(LAKE_BUCKET, 'control/set-aside.json')).toMatchObject({
      'csv-2019-10': { run: 'month-u1' },
    })
    expect(aws.s3.json(LAKE_BUCKET, 'control/runs/month-u1/run.json')).toMatchObject({
      status: 'curated',
      setAside: ['csv-2019-10'],
      warnings: ['csv-2019-10: Too many.'],
    })
  })

  it('remembers its own beside what other months remember at the same moment', async () => {
    const bad = (month: string) => {
      const slice = `csv-${month}`
      const put = (name: string, document: unknown) =>
        aws.s3.putJson(LAKE_BUCKET, `control/runs/month-${month}/${slice}.${name}.json`, document)
      put('metrics', metrics({ slice }))
      put('manifest', manifest({ slice, month }))
      put('gate', { subject: slice, verdicts: [] })
      return finishMonth({
        run: `month-${month}`,
        execution: executionArn('backfillMonth', month),
        startedAt: STARTED,
        months: [month],
        curated: [{ slice, version: `${slice}@month-${month}`, outcome: 'set-aside' }],
        plan: { adopted: [], unchanged: [] },
      })
    }
    await Promise.all(['2019-10', '2019-11', '2020-01'].map(bad))
    expect(Object.keys(aws.s3.json(LAKE_BUCKET, 'control/set-aside.json')).sort()).toEqual([
      'csv-2019-10',
      'csv-2019-11',
      'csv-2020-01',
    ])
  })
})

describe('the record of a backfill', () => {
  const result = (month: string, values: object = {}) => ({
    month,
    run: `month-${month}`,
    curated: [`csv-${month}`],
    setAside: [],
    adopted: [],
    unchanged: [],
    ...values,
  })
  const record = (status: string) => {
    const night = { run: 'n1', status, startedAt: STARTED, endedAt: STARTED, release: 'n1', slices: [] }
    const rest = { setAside: [], martsBuilt: 0, warnings: ['csv-2019-10: odd.'], error: null }
    aws.s3.putJson(LAKE_BUCKET, 'control/runs/n1/run.json', { ...night, ...rest })
    publish(aws, release({ release: 'n1' }))
    return recordBackfill({
      run: 'backfill-b1',
      execution: executionArn('backfill', 'b1'),
      ...RANGE,
      force: false,
      months: ['2019-10', '2019-11'],
      missing: ['2019-12'],
      startedAt: STARTED,
      results: [result('2019-10'), result('2019-11', { curated: [], setAside: ['csv-2019-11'] })],
      published: { execution: executionArn('nightly', 'N1') },
    })
  }

  it('says what was published, what has no files, what is set aside', async () => {
    const { subject, message } = await record('published')
    expect(subject).toBe('[dev] Lakehouse backfill 2019-10 to 2020-01 done')
    expect(message).toContain('Release n1 is published (night n1).')
    expect(message).toContain('2 months, 1 slices made anew.')
    expect(message).toContain('Without files: 2019-12.')
    expect(message).toContain('Set aside for their quality: csv-2019-11.')
    expect(message).toContain('- csv-2019-10: odd.')
    const written = backfillRecord.parse(aws.s3.json(LAKE_BUCKET, 'control/runs/backfill-b1/backfilled.json'))
    expect(written).toMatchObject({ night: 'n1', release: 'n1', isPublished: true })
    expect(aws.s3.json(LAKE_BUCKET, 'control/runs/backfill-b1/run.json')).toMatchObject({
      status: 'backfilled',
    })
  })

  it('says what to do where a rollback came in between', async () => {
    expect((await record('held')).message).toContain(
      'once somebody has resumed, start a night with {"months":["2019-10","2019-11"],"backfill":"backfill-b1"}.',
    )
  })

  it('says that there was nothing new', async () => {
    expect((await record('unchanged')).message).toContain(
      'Night n1 had nothing new to publish; n1 is current.',
    )
  })
})
