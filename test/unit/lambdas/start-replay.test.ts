import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handler } from '../../../lambdas/start-replay/handler.ts'
import { parseInput } from '../../../lambdas/start-replay/parse-input.ts'
import { executionArn, type FakeAws, fakeAws, LAKE_BUCKET, names } from './fakes/fake-aws.ts'
import { begin, line, NOW, persist, REPLAY } from './fakes/replay-zone.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  vi.stubEnv('BACKUP_BUCKET', names.backupBucket)
})

describe('the input of a replay', () => {
  const parse = (input: unknown) => parseInput(input, Date.parse(NOW))
  const range = { from: '2026-11-01T10:00:00Z', to: '2026-11-01T12:30:00Z' }

  it('is a range of time, and a rate that leaves live events their room', () => {
    expect(parse(range)).toEqual({
      from: '2026-11-01T10:00:00.000Z',
      to: '2026-11-01T12:30:00.000Z',
      rate: 2000,
      source: 'raw',
    })
    expect(parse({ ...range, rate: 50, source: 'backup', startedBy: 'ann' })).toMatchObject({
      rate: 50,
      source: 'backup',
    })
  })

  it.each([
    [undefined, /from.*Give, for example/s],
    [{ ...range, form: 1 }, /Unrecognized key: "form"/],
    [{ ...range, to: '2026-11-01' }, /2026-11-01T10:00:00Z.*→ at to/s],
    [{ ...range, to: '2026-11-01T12:30:00+01:00' }, /in UTC.*→ at to/s],
    [{ ...range, rate: 0 }, /→ at rate/],
    [{ ...range, rate: 1.5 }, /whole number of events a second\s+→ at rate/],
    [{ ...range, source: 'elsewhere' }, /"raw"\|"backup".*→ at source/s],
    [{ from: range.to, to: range.from }, /^"from" \(.*\) has to be before "to" \(.*\): give/],
    [{ ...range, to: range.from }, /has to be before/],
    [{ ...range, to: '2026-11-02T00:00:01Z' }, /"to" .* is in the future.*Give 2026-11-02T00:00:00.000Z/],
    [
      { from: '2026-09-01T00:00:00Z', to: '2026-11-01T00:00:00Z' },
      /are 61 days, and one replay takes 31: give 2026-10-02T00:00:00.000Z as "to"/,
    ],
  ])('%j is refused with the field and the remedy', (input, message) => {
    expect(() => parse(input)).toThrow(
      expect.objectContaining({ name: 'InvalidInputError', message: expect.stringMatching(message) }),
    )
  })

  it('may be 31 days, to the millisecond', () => {
    const days = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }
    expect(parse(days)).toMatchObject({ to: '2026-11-01T00:00:00.000Z' })
    expect(() => parse({ ...days, to: '2026-11-01T00:00:00.001Z' })).toThrow('32 days')
  })
})

describe('the start of a replay', () => {
  const order = () => aws.s3.json(LAKE_BUCKET, 'control/runs/replay-again/replay-order.json')

  it('finds the hours that have events, and one more at either end: objects bear the hour of their first event', async () => {
    for (const hour of [7, 8, 9, 11, 13, 14]) persist(aws, hour, 'a', [line(1, 0)])
    persist(aws, 11, 'b', [line(1, 0)])
    aws.s3.put(names.rawBucket, 'ecomm_user_activity_stream/p_year=2026/p_month=11/p_day=01/p_hour=10/', '')
    expect(await begin(0, 2.5 * 3600)).toEqual({ ...REPLAY, startedAt: NOW })
    expect(order()).toMatchObject({
      run: 'replay-again',
      mark: 'again',
      from: '2026-11-01T10:00:00.000Z',
      to: '2026-11-01T12:30:00.000Z',
      source: 'raw',
      hours: [
        { hour: '2026-11-01T09', objects: 1 },
        { hour: '2026-11-01T11', objects: 2 },
        { hour: '2026-11-01T13', objects: 1 },
      ],
    })
  })

  it('goes over midnight, and over many days', async () => {
    const on = (day: string) =>
      `ecomm_user_activity_stream/p_year=2026/p_month=10/p_day=${day}/p_hour=23/a.gz`
    for (const day of ['02', '03', '31']) aws.s3.put(names.rawBucket, on(day), 'x')
    persist(aws, 0, 'a', [line(1, 0)])
    const [from, to] = ['2026-10-03T00:30:00Z', '2026-11-01T00:00:00Z']
    await handler({ ...REPLAY, startedAt: NOW, input: { from, to } })
    expect(order().hours.map(({ hour }: { hour: string }) => hour)).toEqual([
      '2026-10-02T23',
      '2026-10-03T23',
      '2026-10-31T23',
      '2026-11-01T00',
    ])
  })

  it('says where it looked where nothing was persisted', async () => {
    for (const hour of [5, 22, 17]) persist(aws, hour, 'a', [line(1, 0)])
    await expect(begin(0, 60)).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(
        /Nothing that arrived from 2026-11-01T10:00.* is in s3:\/\/ecommerce-raw-.*\/ecomm_user_activity_stream\/\. It has hours from 2026-11-01T05 to 2026-11-01T22; .*in UTC/,
      ),
    })
    aws.s3.objects.clear()
    await expect(begin(0, 60)).rejects.toThrow('Nothing was persisted there yet')
  })

  it('looks into the second copy where it is told to', async () => {
    persist(aws, 10, 'a', [line(1, 0)], names.backupBucket)
    await expect(begin(0, 60)).rejects.toThrow('Nothing that arrived')
    await begin(0, 60, { source: 'backup' })
    expect(order()).toMatchObject({ source: 'backup', hours: [{ hour: '2026-11-01T10' }] })
    vi.stubEnv('BACKUP_BUCKET', '')
    await expect(begin(0, 60, { source: 'backup' })).rejects.toThrow('BACKUP_BUCKET is missing')
  })

  it('is refused beside another replay, and under a name that was used', async () => {
    persist(aws, 10, 'a', [line(1, 0)])
    aws.executions.push({
      executionArn: executionArn('replay', 'other'),
      stateMachineArn: 'x',
      name: 'other',
      startDate: new Date('2026-11-01T23:00:00Z'),
      status: 'RUNNING',
    })
    await expect(begin(0, 60)).rejects.toMatchObject({
      name: 'AlreadyRunningError',
      message: expect.stringContaining('other of ecomm-replay-dev, since 2026-11-01T23'),
    })
    aws.executions.length = 0
    aws.s3.putJson(LAKE_BUCKET, 'control/runs/replay-again/run.json', {
      run: 'replay-again',
      status: 'replayed',
      startedAt: '2026-01-01T00:00:00Z',
      endedAt: '2026-01-01T00:00:00Z',
      release: null,
      slices: [],
      setAside: [],
      martsBuilt: 0,
      warnings: [],
      error: null,
    })
    await expect(begin(0, 60)).rejects.toThrow('Run replay-again is taken')
  })
})
