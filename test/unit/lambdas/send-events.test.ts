import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handler } from '../../../lambdas/send-events/handler.ts'
import { sendEvents } from '../../../lambdas/send-events/send-events.ts'
import type { ReplayProgress } from '../../../lambdas/shared/replay-documents.ts'
import { executionArn, type FakeAws, fakeAws, LAKE_BUCKET, names, RAW_BUCKET } from './fakes/fake-aws.ts'
import { at, begin, fakeStream, HOUR, line, persist, REPLAY, TEN } from './fakes/replay-zone.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  aws.described.set(REPLAY.execution, { status: 'RUNNING' })
  vi.stubEnv('BACKUP_BUCKET', names.backupBucket)
})
const send = (options: { roundMs?: number; keepMs?: number } = {}) =>
  sendEvents(REPLAY, { roundMs: 60_000, ...options })
const PROGRESS = 'control/runs/replay-again/replay-progress.json'
const progress = (): ReplayProgress => aws.s3.json(LAKE_BUCKET, PROGRESS)
/** One object with an event of each user, ten seconds apart. */
const persistUsers = (count: number) =>
  persist(
    aws,
    10,
    'a',
    Array.from({ length: count }, (_, i) => line(i, i * 10)),
  )

describe('sending', () => {
  it('sends what is of the range, marked, and counts every line', async () => {
    const { taken } = fakeStream()
    persist(aws, 9, 'a', [line(1, -1), line(2, 1)])
    persist(aws, 10, 'a', [line(3, 2), 'no JSON', line(4, 3, { replay: 'before' }), line(5, 7000)])
    await begin(0, 3600)
    expect(await send()).toEqual({ isDone: true, sent: 2 })
    expect(taken).toEqual([
      { key: '2', text: `{"replay":"again",${line(2, 1).slice(1)}` },
      { key: '3', text: `{"replay":"again",${line(3, 2).slice(1)}` },
    ])
    expect(progress()).toMatchObject({
      isDone: true,
      rounds: 1,
      counts: { sent: 2, outside: 2, marked: 1, unreadable: 1, ahead: 0, tooLarge: 0 },
    })
    // Called once more, as after an answer that was lost.
    expect(await send()).toEqual({ isDone: true, sent: 0 })
    expect(taken).toHaveLength(2)
  })

  it('keeps the order of a key while the stream refuses records, and sends only those again', async () => {
    let call = 0
    const { taken, calls } = fakeStream(() => ++call % 3 === 0)
    const lines = Array.from({ length: 60 }, (_, i) => line(i % 7, i / 10, { n: i }))
    persist(aws, 10, 'a', lines)
    await begin(0, 3600)
    await send()
    expect(taken).toHaveLength(60)
    for (let user = 0; user < 7; user++) {
      const order = taken.filter(({ key }) => key === String(user)).map(({ text }) => JSON.parse(text).n)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }
    expect(calls.reduce((sum, n) => sum + n, 0)).toBe(call)
  })

  it('leaves the rest to the next call when its time is over', async () => {
    const { taken } = fakeStream()
    persistUsers(50)
    await begin(0, 3600)
    let rounds = 0
    for (let isDone = false; !isDone; rounds++) ({ isDone } = await send({ roundMs: 0 }))
    expect(rounds).toBe(51)
    expect(taken.map(({ key }) => Number(key))).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(progress()).toMatchObject({ rounds: 51, counts: { sent: 50 } })
  })

  it('that dies goes on behind what it had kept', async () => {
    persistUsers(30)
    await begin(0, 3600)
    let left = 20
    fakeStream(() => {
      left -= 1
      if (left < 0) throw new Error('killed')
      return false
    })
    await expect(send({ keepMs: 0 })).rejects.toThrow("can't be written to")
    expect(progress()).toMatchObject({ isDone: false, counts: { sent: 20 } })
    const { taken } = fakeStream()
    expect(await send()).toEqual({ isDone: true, sent: 10 })
    expect(taken[0]?.key).toBe('20')
  })

  it('ends when its execution was stopped', async () => {
    fakeStream()
    persistUsers(30)
    await begin(0, 3600)
    aws.described.set(REPLAY.execution, { status: 'ABORTED' })
    expect(await send({ keepMs: 0 })).toEqual({ isDone: false, sent: 1 })
  })

  it('ends when another call has taken over', async () => {
    persistUsers(30)
    await begin(0, 3600)
    let puts = 0
    fakeStream(() => {
      if (++puts === 5) aws.s3.putJson(LAKE_BUCKET, PROGRESS, { ...progress(), stamp: 'another' })
      return false
    })
    await expect(send({ keepMs: 0 })).rejects.toMatchObject({ name: 'ReplayBusyError' })
  })

  it('goes on where S3 took its place and the answer was lost, or had something else to do at that moment', async () => {
    const { taken } = fakeStream()
    persistUsers(30)
    await begin(0, 3600)
    const sending = vi.mocked(S3Client.prototype.send as (command: unknown) => Promise<unknown>)
    const fake = sending.getMockImplementation()
    let puts = 0
    const refused = (status: number) =>
      new S3ServiceException({
        name: 'refused',
        message: 'refused',
        $fault: 'client',
        $metadata: { httpStatusCode: status },
      })
    sending.mockImplementation(async (command) => {
      const isPlace = command instanceof PutObjectCommand && command.input.Key === PROGRESS
      if (isPlace && ++puts === 4) throw refused(409)
      const answer = await fake?.(command)
      // What the client's second attempt is told.
      if (isPlace && puts === 2) throw refused(412)
      return answer
    })
    expect(await send({ keepMs: 0 })).toEqual({ isDone: true, sent: 30 })
    expect(taken).toHaveLength(30)
    expect(progress().counts.sent).toBe(30)
  })

  it('gives way to a replay that runs already: the one that was redriven later', async () => {
    fakeStream()
    persistUsers(3)
    await begin(0, 3600)
    const at = (hour: number) => new Date(TEN + hour * HOUR)
    const execution = (name: string, startDate: Date, redriveDate?: Date) => ({
      name,
      executionArn: executionArn('replay', name),
      stateMachineArn: '',
      status: 'RUNNING' as const,
      startDate,
      redriveDate,
    })
    aws.executions.push(execution('again', at(1), at(3)), execution('other', at(2)))
    await expect(send()).rejects.toMatchObject({
      name: 'ReplayBusyError',
      message: expect.stringMatching(
        /^Another replay is sending: other of ecomm-replay-dev, since .*then redrive this one\.$/,
      ),
    })
    expect(progress()).toMatchObject({ rounds: 0, counts: { sent: 0 } })
    aws.executions.splice(0, 2, execution('again', at(1)), execution('other', at(2)))
    expect(await send()).toEqual({ isDone: true, sent: 3 })
  })

  it('leaves out what was of the future when it came: a dead letter then, it would close windows now', async () => {
    const { taken } = fakeStream()
    const key = persist(aws, 10, 'a', [line(1, 1), line(2, 1900), line(3, 3 * 3600), line(4, 60)])
    aws.s3.put(
      RAW_BUCKET,
      key,
      aws.s3.objects.get(`${RAW_BUCKET}/${key}`)?.bytes as Buffer,
      new Date(TEN + 300_000),
    )
    await begin(0, 3600)
    await send()
    expect(taken.map((one) => one.key)).toEqual(['1', '4'])
    expect(progress().counts).toMatchObject({ sent: 2, ahead: 2, outside: 0 })
  })

  it('keeps to its rate', async () => {
    fakeStream()
    persistUsers(20)
    await begin(0, 3600, { rate: 50 })
    const from = performance.now()
    await send()
    expect(performance.now() - from).toBeGreaterThanOrEqual(19 / 0.05 - 30)
  })

  it('ends a round in time however slow it is told to be', async () => {
    fakeStream()
    persist(
      aws,
      10,
      'a',
      Array.from({ length: 600 }, (_, i) => line(i, i / 1000)),
    )
    await begin(0, 3600, { rate: 1 })
    // The rest of what was sent at the same time would have to wait for minutes: longer than a function may run.
    expect(await send({ roundMs: 0 })).toEqual({ isDone: false, sent: 5 })
    expect(progress().counts.sent).toBe(5)
  })

  it('names what is too large with the mark, and sends all else', async () => {
    const { taken } = fakeStream()
    const large = line(1, 1, { brand: 'x'.repeat(2 ** 20 - 80) })
    expect(large.length).toBeLessThan(2 ** 20)
    const key = persist(aws, 10, 'a', [large, line(2, 2)])
    await begin(0, 3600)
    await send()
    expect(taken.map((one) => one.key)).toEqual(['2'])
    expect(progress()).toMatchObject({ counts: { sent: 1, tooLarge: 1 }, notSent: [`${key} line 1`] })
  })

  it('names an object that is damaged or gone, and goes on when it was put back', async () => {
    const { taken } = fakeStream()
    persist(aws, 10, 'a', [line(1, 1)])
    const lines = Array.from({ length: 20_000 }, (_, i) => line(i, 100 + i / 100, { n: Math.sin(i) }))
    const key = persist(aws, 11, 'b', lines)
    const good = aws.s3.objects.get(`${RAW_BUCKET}/${key}`)?.bytes as Buffer
    aws.s3.put(RAW_BUCKET, key, good.subarray(0, good.length - 2000))
    await begin(0, 3600)
    await expect(send()).rejects.toMatchObject({
      name: 'UnreadableObjectError',
      message: expect.stringMatching(
        /^s3:\/\/ecommerce-raw-.*\/b\.json\.gz is damaged \(unexpected end of file\)\. Put its copy/,
      ),
    })
    aws.s3.put(RAW_BUCKET, key, Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(50, 7)]))
    await expect(send()).rejects.toThrow('is damaged')
    aws.s3.put(RAW_BUCKET, key, good)
    expect(await send()).toMatchObject({ isDone: true })
    expect(progress().counts.sent).toBe(20_001)
    expect(new Set(taken.map(({ text }) => text)).size).toBe(20_001)

    await begin(0, 3600)
    await send({ roundMs: 0 })
    await send({ roundMs: 0 })
    aws.s3.objects.delete(`${RAW_BUCKET}/${key}`)
    await expect(send()).rejects.toThrow('b.json.gz is gone')
  })

  it('says what it misses where its start has left nothing', async () => {
    await expect(send()).rejects.toMatchObject({ name: 'MissingDocumentError' })
    persist(aws, 10, 'a', [line(1, 1)])
    await begin(0, 3600)
    aws.s3.objects.delete(`${LAKE_BUCKET}/${PROGRESS}`)
    await expect(send()).rejects.toThrow('replay-progress.json is missing')
  })

  it('gives up a stream that has no room, so that the machine can wait', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    fakeStream(() => true)
    persist(aws, 10, 'a', [line(1, 1)])
    await begin(0, 3600)
    await expect(send()).rejects.toMatchObject({ name: 'StreamThrottledError' })
    expect(progress()).toMatchObject({ counts: { sent: 0 }, isDone: false })
  })

  it('is done by the handler for as long as the deployment says', async () => {
    fakeStream()
    persist(aws, 10, 'a', [line(1, 1), line(2, 20)])
    await begin(0, 3600)
    vi.stubEnv('REPLAY_ROUND_SECONDS', '0')
    expect(await handler(REPLAY)).toEqual({ isDone: false, sent: 1 })
    vi.stubEnv('REPLAY_ROUND_SECONDS', undefined)
    expect(await handler(REPLAY)).toEqual({ isDone: true, sent: 1 })
  })

  it('has every time in UTC', () => expect(at(0)).toBe('2026-11-01T10:00:00.000'))
})
