import { beforeEach, describe, expect, it } from 'vitest'
import { handler } from '../../../lambdas/start-night/handler.ts'
import { handler as unpack } from '../../../lambdas/unpack-archive/handler.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, RAW_BUCKET } from './fakes/fake-aws.ts'
import { zip } from './fakes/zip.ts'

const ARN = 'arn:aws:states:us-east-1:111122223333:execution:ecomm-nightly-dev:'
const STARTED = '2026-01-02T03:00:00.000Z'
const FOLDER = 'ecomm_user_activity/p_year=2019/p_month=10/'
const TARGET = 'ecomm_user_activity_uncompressed/p_year=2019/p_month=10/2019-Oct.csv'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

const start = (input: unknown = {}, name = 'Night_1') =>
  handler({ execution: `${ARN}${name}`, name, startedAt: STARTED, input })

describe('the input of a night', () => {
  it('may be empty: then all that changed is taken', async () => {
    expect(await start()).toEqual({
      run: 'night-1',
      execution: `${ARN}Night_1`,
      startedAt: STARTED,
      months: null,
      force: false,
      dryRun: false,
      archives: [],
      acceptDeletions: [],
      backfill: null,
      leftOut: [],
      profiles: true,
    })
  })

  it('names months once and in order', async () => {
    const night = await start({ months: ['2019-11', '2019-10', '2019-11'], force: true, dryRun: true })
    expect(night).toMatchObject({ months: ['2019-10', '2019-11'], force: true, dryRun: true })
  })

  it.each([
    [{ month: '2019-10' }, /Unrecognized key: "month"/],
    [{ months: ['2019-13'] }, /a month is YYYY-MM, for example 2019-10/],
    [{ months: [] }, /months/],
    [{ force: 'yes' }, /force/],
    ['now', /Give \{\} or, for example/],
  ])('%j is refused with the reason and an example', async (input, reason) => {
    await expect(start(input)).rejects.toThrow(reason)
    await expect(start(input)).rejects.toMatchObject({ name: 'InvalidInputError' })
  })

  it('is refused where the event itself is not the state machine’s', async () => {
    await expect(handler({ name: 'x' })).rejects.toThrow(/start-night: .*execution/s)
  })
})

describe('single flight', () => {
  const running = (name: string, startDate: Date) => ({
    executionArn: `${ARN}${name}`,
    name,
    startDate,
    stateMachineArn: 'x',
    status: 'RUNNING' as const,
  })

  it('does not mind itself and nights that started later', async () => {
    aws.executions.push(
      running('Night_1', new Date(STARTED)),
      running('later', new Date('2026-01-02T03:00:01Z')),
    )
    await expect(start()).resolves.toMatchObject({ run: 'night-1' })
  })

  it('gives way to a night that started before, on whatever page it is listed', async () => {
    aws.executions.push(
      running('Night_1', new Date(STARTED)),
      running('first', new Date('2026-01-02T02:00:00Z')),
    )
    await expect(start()).rejects.toMatchObject({
      name: 'NightAlreadyRunningError',
      message: expect.stringMatching(/first has been running since 2026-01-02T02:00:00.000Z/),
    })
  })

  it('gives way to a night that was redriven before it began', async () => {
    const redriven = { redriveDate: new Date('2026-01-02T02:59:00Z') }
    aws.executions.push({ ...running('old', new Date('2026-01-01T02:00:00Z')), ...redriven })
    await expect(start()).rejects.toMatchObject({
      message: expect.stringMatching(/old has been running since 2026-01-02T02:59:00.000Z/),
    })
  })

  it('gives way, redriven itself, to a night that began before it was', async () => {
    aws.executions.push(
      { ...running('Night_1', new Date(STARTED)), redriveDate: new Date('2026-01-02T05:00:00Z') },
      running('later', new Date('2026-01-02T04:00:00Z')),
    )
    await expect(start()).rejects.toMatchObject({ name: 'NightAlreadyRunningError' })
  })

  it('lets exactly one of two go on that started together', async () => {
    aws.executions.push(running('a', new Date(STARTED)), running('b', new Date(STARTED)))
    await expect(start({}, 'a')).resolves.toBeDefined()
    await expect(start({}, 'b')).rejects.toMatchObject({ name: 'NightAlreadyRunningError' })
  })
})

describe('the name of a run', () => {
  const record = {
    run: 'night-1',
    status: 'published',
    endedAt: STARTED,
    release: null,
    slices: [],
    setAside: [],
  }
  const rest = { martsBuilt: 0, warnings: [], error: null }

  it('can’t be used for a second night, whose versions would be the first one’s', async () => {
    const old = { ...record, ...rest, startedAt: '2025-01-01T00:00:00.000Z' }
    aws.s3.putJson(LAKE_BUCKET, 'control/runs/night-1/run.json', old)
    await expect(start()).rejects.toThrow(/Run night-1 is taken: .*2025-01-01.*another name/)
  })

  it('stays with the night where it is redriven, however its start is written', async () => {
    const startedAt = '2026-01-02T03:00:00Z'
    aws.s3.putJson(LAKE_BUCKET, 'control/runs/night-1/run.json', { ...record, ...rest, startedAt })
    await expect(start()).resolves.toBeDefined()
  })

  it('is never empty', async () => {
    expect(await start({}, '___')).toMatchObject({ run: 'run' })
  })
})

describe('archives', () => {
  it('are listed until they are unpacked, and again when they or their CSV change', async () => {
    const put = (text: string) =>
      aws.s3.put(RAW_BUCKET, `${FOLDER}2019-Oct.csv.zip`, zip({ name: 'a.csv', content: text }))
    const archive = { key: `${FOLDER}2019-Oct.csv.zip`, target: TARGET }
    put('one')
    aws.s3.put(RAW_BUCKET, FOLDER, '')
    expect(await start()).toMatchObject({ archives: [archive] })
    await unpack({ run: 'night-1', archive })
    expect(await start()).toMatchObject({ archives: [] })
    put('two')
    expect(await start()).toMatchObject({ archives: [archive] })
    await unpack({ run: 'night-1', archive })
    aws.s3.put(RAW_BUCKET, TARGET, 'edited')
    expect(await start()).toMatchObject({ archives: [archive] })
    aws.s3.objects.delete(`${RAW_BUCKET}/${TARGET}`)
    expect(await start()).toMatchObject({ archives: [archive] })
  })

  it('of other months wait', async () => {
    aws.s3.put(RAW_BUCKET, `${FOLDER}2019-Oct.csv.gz`, 'x')
    expect(await start({ months: ['2019-11'] })).toMatchObject({ archives: [] })
    expect(await start({ months: ['2019-10'] })).toMatchObject({ archives: [{ target: TARGET }] })
  })

  it('that can’t be placed are all named, each with its remedy', async () => {
    aws.s3.put(RAW_BUCKET, 'ecomm_user_activity/2019-Nov.zip', 'x')
    aws.s3.put(RAW_BUCKET, `${FOLDER}README.txt`, 'x')
    aws.s3.put(RAW_BUCKET, `${FOLDER}2019-Oct.zip`, 'x')
    aws.s3.put(RAW_BUCKET, `${FOLDER}2019-Oct.csv.gz`, 'x')
    const error = await start().catch((e: Error) => e)
    expect(error).toMatchObject({ name: 'InvalidInputError' })
    expect((error as Error).message).toMatch(
      /2019-Nov.zip is in no month: move it to .*p_year=YYYY\/p_month=MM/,
    )
    expect((error as Error).message).toMatch(/README.txt is neither .zip nor .gz/)
    expect((error as Error).message).toMatch(/2019-Oct.zip and .*2019-Oct.csv.gz both unpack to/)
  })
})
