import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { PersistedEvents } from '../../../lambdas/send-events/persisted-events.ts'
import type { ReplayCursor } from '../../../lambdas/shared/replay-documents.ts'
import { type FakeAws, fakeAws, RAW_BUCKET } from './fakes/fake-aws.ts'
import { HOUR, keyOf, line, persist, TEN } from './fakes/replay-zone.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
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
  })

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

  it('does not let the clock of the first event hold all that is behind it', async () => {
    const seconds = [0, 10, 20, 30, 40, 50]
    // Half an hour ahead, and a minute.
    for (const [name, wrong] of [
      ['a', 1800],
      ['b', 60],
    ] as const) {
      const id = name === 'a' ? 0 : 1000
      const lines = seconds.map((second) => line(id + second, second === 0 ? wrong : second))
      persist(aws, 10, name, lines)
    }
    const others = Array.from({ length: 60 }, (_, i) => line(5000 + i, i * 30))
    persist(aws, 10, 'c', others)
    const users = await rest(new PersistedEvents(RAW_BUCKET, hours(10), NOTHING), 50)
    const before = users.slice(0, users.indexOf(5003))
    expect(before.filter((user) => user < 5000).toSorted((a, b) => a - b)).toEqual([
      ...seconds,
      ...seconds.map((second) => 1000 + second),
    ])
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
