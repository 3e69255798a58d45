import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handler } from '../../../lambdas/send-events/handler.ts'
import { PersistedEvents } from '../../../lambdas/send-events/persisted-events.ts'
import { markedLine, parseLine } from '../../../lambdas/send-events/persisted-line.ts'
import { sendEvents } from '../../../lambdas/send-events/send-events.ts'
import type { ReplayCursor, ReplayProgress } from '../../../lambdas/shared/replay-documents.ts'
import { hoursAround, isInRange } from '../../../lambdas/shared/replay-hours.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, names, RAW_BUCKET } from './fakes/fake-aws.ts'
import { at, begin, fakeStream, keyOf, line, persist, REPLAY } from './fakes/replay-zone.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  aws.described.set(REPLAY.execution, { status: 'RUNNING' })
  vi.stubEnv('BACKUP_BUCKET', names.backupBucket)
})
const send = (options: { roundMs?: number; keepMs?: number } = {}) =>
  sendEvents(REPLAY, { roundMs: 60_000, ...options })
const progress = (): ReplayProgress =>
  aws.s3.json(LAKE_BUCKET, 'control/runs/replay-again/replay-progress.json')
const parse = (text: string) => parseLine(Buffer.from(text))
const HOUR = 3_600_000
const TEN = Date.UTC(2026, 10, 1, 10)

describe('a persisted line', () => {
  it('has the user for its key with every digit, as a number or a text', () => {
    const id = '9007199254740993001'
    for (const user of [id, `"${id}"`])
      expect(parse(`{"user_id":${user},"txn_timestamp":"2026-11-01 10:00:01.5"}`)).toEqual({
        kind: 'event',
        partitionKey: id,
        time: TEN + 1500,
      })
    expect(parse('{"user_id":7}')).toEqual({ kind: 'event', partitionKey: '7', time: undefined })
    for (const user of ['null', '""', '{}', `"${'x'.repeat(257)}"`])
      expect(parse(`{"user_id":${user}}`)).toMatchObject({ partitionKey: 'nobody' })
  })

  it.each(['', 'no JSON', '[1]', '7', 'null', '"text"', '{"a":1', '\ufeff{"a":1}'])(
    '%j is no JSON object, and is not sent again',
    (text) => expect(parse(text)).toEqual({ kind: 'unreadable' }),
  )

  it('that is no UTF-8 is none either', () => {
    expect(parseLine(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toEqual({ kind: 'unreadable' })
  })

  it('that has the mark was sent by a replay; the word elsewhere is no mark', () => {
    expect(parse('{"replay":"r1","user_id":1}')).toEqual({ kind: 'marked' })
    expect(parse('{"user_id":1,"replay":null}')).toEqual({ kind: 'marked' })
    expect(parse('{"user_id":1,"brand":"replay","more":{"replay":1}}')).toMatchObject({ kind: 'event' })
  })

  it('gets the mark as its first field, and keeps all the rest byte for byte', () => {
    const rest = '"user_id" : 9007199254740993001, "price":1.10, "brand":"Å\\u00e9"}\r'
    expect(markedLine(Buffer.from(` {${rest}`), 'r"1').toString()).toBe(`{"replay":"r\\"1",${rest}`)
    expect(markedLine(Buffer.from('{ }'), 'r1').toString()).toBe('{"replay":"r1" }')
    expect(parse(markedLine(Buffer.from('{}'), 'r1').toString())).toEqual({ kind: 'marked' })
  })
})

describe('the range', () => {
  const range = { from: TEN, to: TEN + 2.5 * HOUR }

  it('is looked for one hour further at either end', () => {
    expect(hoursAround(range)).toEqual({ first: '2026-11-01T09', last: '2026-11-01T13' })
    expect(hoursAround({ from: TEN, to: TEN + 2 * HOUR })).toMatchObject({ last: '2026-11-01T12' })
  })

  it.each([
    ['sent in the range', 10, 0, true],
    ['sent just before', 10, -1, false],
    ['sent before its end, arrived in the next hour', 13, 2.5 * HOUR - 1, true],
    ['sent at its end', 12, 2.5 * HOUR, false],
    ['persisted with the hour before', 9, 60_000, true],
  ])('has by the time of sending what was %s', (_, hour, time, expected) => {
    expect(isInRange(range, TEN + (hour - 10) * HOUR, TEN + time)).toBe(expected)
  })

  it('has by its hour what has no time of sending, or one far from its arrival', () => {
    for (const time of [undefined, Date.UTC(2019, 9, 1), TEN + 40 * HOUR])
      expect([9, 10, 11, 12, 13].map((hour) => isInRange(range, TEN + (hour - 10) * HOUR, time))).toEqual([
        false,
        true,
        true,
        true,
        false,
      ])
  })

  it('has each event once, where one range follows the other', () => {
    for (let minute = -90; minute < 90; minute += 7)
      for (const hour of [-1, 0, 1]) {
        const ranges = [-2, -1, 0, 1].map((from) => ({
          from: TEN + from * HOUR,
          to: TEN + (from + 1) * HOUR,
        }))
        const time = TEN + minute * 60_000
        const near = time >= TEN + (hour - 1) * HOUR && time < TEN + (hour + 2) * HOUR
        if (near) expect(ranges.filter((one) => isInRange(one, TEN + hour * HOUR, time))).toHaveLength(1)
      }
  })
})

describe('the order of what was persisted', () => {
  const NOTHING: ReplayCursor = { hours: 0, waiting: [], open: [] }
  const hours = (...all: number[]) => ({
    hours: all.map((hour) => ({ hour: `2026-11-01T${String(hour).padStart(2, '0')}`, objects: 1, bytes: 1 })),
  })
  const usersOf = (lines: readonly { bytes: Buffer }[]) =>
    lines.map(({ bytes }) => JSON.parse(bytes.toString()).user_id)
  async function rest(events: PersistedEvents, size = 3) {
    const all = []
    for (let some = await events.take(size); some.length > 0; some = await events.take(size))
      all.push(...some)
    return usersOf(all)
  }
  /** Four shards, five minutes an object, and one that is named after the hour before. */
  function persistShards(): number {
    let user = 0
    for (let shard = 0; shard < 4; shard++)
      for (let from = -120; from < 3600; from += 310) {
        const lines = Array.from({ length: 10 }, (_, i) => line(++user, from + i * 31 + shard, { shard }))
        persist(aws, from < 0 ? 9 : 10, `shard-${shard}-${String(from + 1000).padStart(5, '0')}`, lines)
      }
    persist(aws, 11, 'shard-0-99999', [line(++user, 3599), line(++user, 3600 + 4)])
    return user
  }

  it('is that of the time of sending over all objects, and over hours', async () => {
    const count = persistShards()
    const events = new PersistedEvents(RAW_BUCKET, hours(9, 10, 11), NOTHING)
    const lines = []
    for (let some = await events.take(7); some.length > 0; some = await events.take(7)) lines.push(...some)
    expect(lines).toHaveLength(count)
    const times = lines.map(({ bytes }) => Date.parse(`${JSON.parse(bytes.toString()).txn_timestamp}Z`))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(lines.every(({ hour }) => hour >= TEN - HOUR && hour <= TEN + HOUR)).toBe(true)
  })

  it('is the same from every place on, and no more objects are open than overlap', async () => {
    persistShards()
    const whole = await rest(new PersistedEvents(RAW_BUCKET, hours(9, 10, 11), NOTHING), 50)
    for (let taken = 0; taken < whole.length; taken += 13) {
      const first = new PersistedEvents(RAW_BUCKET, hours(9, 10, 11), NOTHING)
      const head = usersOf(await first.take(taken))
      const cursor: ReplayCursor = JSON.parse(JSON.stringify(first.cursor))
      expect(cursor.open.length).toBeLessThanOrEqual(5)
      const tail = await rest(new PersistedEvents(RAW_BUCKET, hours(9, 10, 11), cursor), 50)
      expect([...head, ...tail]).toEqual(whole)
    }
  }, 30_000)

  it('within an object is that of arrival, whatever its lines say of their time', async () => {
    const lines = [line(1, 5), line(2, 1), line(3, 9 * 3600), 'no JSON', line(4, -8 * 3600), '', line(5, 6)]
    persist(aws, 10, 'a', lines)
    persist(aws, 10, 'b', [line(6, 5.5)])
    const events = new PersistedEvents(RAW_BUCKET, hours(10), NOTHING)
    const all = (await events.take(100)).map(({ line: at, bytes }) => [at, bytes.toString()])
    expect(all.filter(([, text]) => text !== line(6, 5.5))).toEqual([
      [1, lines[0]],
      [2, lines[1]],
      [3, lines[2]],
      [4, lines[3]],
      [5, lines[4]],
      [7, lines[6]],
    ])
    expect(all.findIndex(([, text]) => text === line(6, 5.5))).toBe(5)
  })

  it('does not let a wrong clock hold what is behind it, nor a late event pull all forward', async () => {
    const seconds = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]
    const wrong = seconds.map((second) => line(second, second === 20 ? 900 : second === 60 ? -500 : second))
    persist(aws, 10, 'a', wrong)
    persist(
      aws,
      10,
      'b',
      seconds.map((second) => line(1000 + second, second + 5)),
    )
    const users = await rest(new PersistedEvents(RAW_BUCKET, hours(10), NOTHING))
    expect(users.filter((user) => user < 1000)).toEqual(seconds)
    expect(users.filter((user) => user >= 1000)).toEqual(seconds.map((second) => 1000 + second))
    // Nobody is further off than the one event that was late.
    const place = new Map(users.map((user, i) => [user, i]))
    for (const second of seconds.slice(0, 6))
      expect(Math.abs((place.get(second) ?? 0) - (place.get(1000 + second) ?? 0))).toBeLessThanOrEqual(3)
  })

  it('goes by pieces of so much time', async () => {
    persist(
      aws,
      10,
      'a',
      [0, 1, 2, 3, 4, 60].map((second) => line(second, second)),
    )
    const events = new PersistedEvents(RAW_BUCKET, hours(10), NOTHING)
    const pieces = []
    for (let some = await events.take(100, 2000); some.length > 0; some = await events.take(100, 2000))
      pieces.push(usersOf(some))
    expect(pieces).toEqual([[0, 1], [2, 3], [4], [60]])
  })

  it('takes objects that are not compressed, have no line end at their end, or nothing in them', async () => {
    aws.s3.put(RAW_BUCKET, keyOf(10, 'plain'), `${line(1, 1)}\n${line(2, 2)}`)
    aws.s3.put(RAW_BUCKET, keyOf(10, 'empty'), gzipSync(''))
    aws.s3.put(RAW_BUCKET, keyOf(10, 'nothing'), '')
    expect(await rest(new PersistedEvents(RAW_BUCKET, hours(10, 11), NOTHING))).toEqual([1, 2])
  })
})

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
  }, 20_000)

  it('leaves the rest to the next call when its time is over', async () => {
    const { taken } = fakeStream()
    persist(
      aws,
      10,
      'a',
      Array.from({ length: 50 }, (_, i) => line(i, i * 10)),
    )
    await begin(0, 3600)
    let rounds = 0
    for (let isDone = false; !isDone; rounds++) ({ isDone } = await send({ roundMs: 0 }))
    expect(rounds).toBe(51)
    expect(taken.map(({ key }) => Number(key))).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(progress()).toMatchObject({ rounds: 51, counts: { sent: 50 } })
  })

  it('that dies goes on behind what it had kept', async () => {
    persist(
      aws,
      10,
      'a',
      Array.from({ length: 30 }, (_, i) => line(i, i * 10)),
    )
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
    persist(
      aws,
      10,
      'a',
      Array.from({ length: 30 }, (_, i) => line(i, i * 10)),
    )
    await begin(0, 3600)
    aws.described.set(REPLAY.execution, { status: 'ABORTED' })
    expect(await send({ keepMs: 0 })).toEqual({ isDone: false, sent: 1 })
  })

  it('ends when another call has taken over', async () => {
    persist(
      aws,
      10,
      'a',
      Array.from({ length: 30 }, (_, i) => line(i, i * 10)),
    )
    await begin(0, 3600)
    let puts = 0
    fakeStream(() => {
      if (++puts === 5)
        aws.s3.putJson(LAKE_BUCKET, 'control/runs/replay-again/replay-progress.json', { other: 1 })
      return false
    })
    await expect(send({ keepMs: 0 })).rejects.toMatchObject({ name: 'AlreadyRunningError' })
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
    persist(
      aws,
      10,
      'a',
      Array.from({ length: 20 }, (_, i) => line(i, i * 10)),
    )
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
  }, 30_000)

  it('says what it misses where its start has left nothing', async () => {
    await expect(send()).rejects.toMatchObject({ name: 'MissingDocumentError' })
    persist(aws, 10, 'a', [line(1, 1)])
    await begin(0, 3600)
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/runs/replay-again/replay-progress.json`)
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
