import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { readDocument } from '../../local/files.ts'
import { hashKeyRange } from '../../local/kinesis/hash-key.ts'
import { LIMITS } from '../../local/kinesis/limits.ts'
import { Streams } from '../../local/kinesis/streams.ts'
import { AwsError } from '../../local/registry.ts'
import { ObjectStore } from '../../local/s3/object-store.ts'
import { registerSnsActions } from '../../local/sns/actions.ts'
import { streamFolder } from '../../local/stream/runtime/stream-folder.ts'
import { nextJob, streamJob } from '../../local/stream/runtime/stream-job.ts'
import { findingJson } from '../../stream/findings.ts'
import { KinesisSender } from '../../stream/simulator/kinesis-sender.ts'
import { eventually } from '../eventually.ts'
import { alert } from '../unit/lambdas/detect/detect-harness.ts'
import { alarm, expectAllThere, flood, names, openPath, type Path, userIn, view } from './stream-path.ts'

/** All waits of the event source are so many times shorter than they are, and so is the minute in which a service is away. */
const SHORTER = 50
const AWAY_MS = 60_000 / SHORTER
/** Until the event source has gathered its first batch, which nothing shortens. */
const GATHERING_MS = 1200
const SHORT = { retryMs: 100 / SHORTER }

// The function's client does not wait in the place of the event source.
beforeEach(() => void vi.stubEnv('AWS_MAX_ATTEMPTS', '1'))
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})
const users = [userIn(0), userIn(1), userIn(2)]
const attack = users.map((user) => flood(user))

/** Puts a record into each shard of stream 2, as many times as it is said. */
function intoEachShard({ stream: { streams } }: Path, textOf: (shard: number) => string, times = 1): void {
  const { shards } = streams.describe(names.findingStream)
  const records = Array.from({ length: shards }, (_, shard) => ({
    partitionKey: 'of another sender',
    explicitHashKey: String(hashKeyRange(shard, shards).start),
    data: Buffer.from(textOf(shard)),
  }))
  for (let i = 0; i < times; i++) streams.put(names.findingStream, records)
}

/** Findings that were given up, from the on-failure destination: where they stood, and the records. */
function givenUp(root: string) {
  const folder = path.join(root, 's3', names.failuresBucket)
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => JSON.parse(readFileSync(path.join(parentPath, name), 'utf8')))
    .map(({ requestContext, payload }) => ({
      condition: requestContext.condition,
      texts: JSON.parse(payload).Records.map(({ kinesis }: { kinesis: { data: string } }) =>
        Buffer.from(kinesis.data, 'base64').toString(),
      ),
    }))
}

async function attackAll(on: Path): Promise<void> {
  for (const [i, user] of users.entries()) await on.put(user, attack[i] as string[])
}

/** Every alert is in the table, its incident too, and told of once; nothing was given up. */
async function expectAllTold(on: Path): Promise<void> {
  expect(await on.alerts()).toEqual(users.map((user) => `${user} 12 high`).toSorted())
  const incidents = (await on.control()).filter((one) => one.record === 'incident')
  expect(incidents.map(({ key_value, told }) => `${key_value} ${told}`).toSorted()).toEqual(
    users.map((user) => `${user} high`).toSorted(),
  )
  expect(on.told()).toEqual(users.map(alarm).toSorted())
  expect([on.discarded(), givenUp(on.root)]).toEqual([0, []])
}

describe('throttled puts', () => {
  it('are sent again by the sender, in the order of each user, and by the rules', async () => {
    const refused: Record<string, number> = {}
    const put = Streams.prototype.put
    let isUsedUp = false
    vi.spyOn(Streams.prototype, 'put').mockImplementation(function (this: Streams, name, records) {
      // Somebody else's figures have used up the second of stream 2 when the windows close.
      if (name === names.findingStream && !isUsedUp) {
        isUsedUp = true
        intoEachShard(
          on,
          () => findingJson({ ...alert(), record: 'kpi', severity: null, threshold: null }),
          10,
        )
      }
      const results = put.call(this, name, records)
      refused[name] = (refused[name] ?? 0) + results.filter((one) => 'errorCode' in one).length
      return results
    })
    const on = await openPath({ limits: { ...LIMITS.shard, putRecords: 10, gets: 1000 } })
    const sender = new KinesisSender({ client: on.client, stream: names.eventStream, pause: () => 50 })
    const own = users.map((user) => [...flood(user, 0, 12), ...flood(user, 60, 12)])
    await sender.put(
      own.flatMap((texts, i) =>
        texts.map((text) => ({ key: String(users[i]), data: Buffer.from(text), events: 1 })),
      ),
    )
    await sender.flush()
    await on.read(own.flat().length)
    await on.end()
    expectAllThere(on, own.flat())
    for (const [shard, texts] of own.entries()) {
      const iterator = on.stream.streams.iterator(names.eventStream, shard, { type: 'TRIM_HORIZON' })
      const { records } = on.stream.streams.read(iterator)
      expect(records.map(({ data }) => Buffer.from(data).toString())).toEqual(texts)
    }
    expect(await on.alerts()).toEqual(
      users.flatMap((user) => [`${user} 12 high`, `${user} 12 high`]).toSorted(),
    )
    expect(on.told()).toEqual(users.map(alarm).toSorted())
    expect(sender.sent.resent).toBeGreaterThan(0)
    expect(refused[names.findingStream]).toBeGreaterThan(0)
    // What can be put off is no error.
    expect(on.errors).toEqual([])
  })
})

describe('for a minute', () => {
  /** Attacks while something is away, and brings it back; meanwhile so many alerts are recorded, and nobody is told. */
  async function whileAway(recorded: number, away: (on: Path) => () => void): Promise<Path> {
    const on = await openPath(SHORT)
    const back = away(on)
    await attackAll(on)
    const ended = on.end()
    await sleep(GATHERING_MS + AWAY_MS)
    await eventually(async () => (await on.alerts()).length >= recorded)
    expect(await on.alerts()).toHaveLength(recorded)
    expect(on.told()).toEqual([])
    back()
    await ended
    expectAllThere(on, attack.flat())
    return on
  }

  it('the function fails: each alert is recorded and told when it is back, once', async () => {
    const on = await whileAway(0, () => {
      const { topic_arn } = process.env
      vi.stubEnv('topic_arn', '')
      return () => void vi.stubEnv('topic_arn', topic_arn)
    })
    await expectAllTold(on)
  })

  it('DynamoDB fails: each alert is recorded and told when it is back, once', async () => {
    const on = await whileAway(0, () => {
      const { AWS_ENDPOINT_URL_DYNAMODB: endpoint } = process.env
      vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:9')
      return () => void vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
    })
    await expectAllTold(on)
  })

  it('SNS fails: each alert is recorded at once, and told when it is back, once', async () => {
    let refused = 0
    const on = await whileAway(users.length, ({ root, platform: { registry } }) => {
      registry.register('sns', 'publish', z.unknown(), async () => {
        refused++
        throw new AwsError('InternalFailure', 'SNS is away', 500)
      })
      return () => registerSnsActions(registry, path.join(root, 'sns', 'outbox'), [])
    })
    expect(refused).toBeGreaterThan(users.length)
    await expectAllTold(on)
  })

  it('the raw zone takes nothing: it is delivered when it does', async () => {
    let failures = 0
    const put = ObjectStore.prototype.put
    vi.spyOn(ObjectStore.prototype, 'put').mockImplementation(async function (
      this: ObjectStore,
      bucket,
      ...rest
    ) {
      if (bucket === names.backupBucket && failures++ < 5) throw new Error('the disk is full')
      return await put.call(this, bucket, ...rest)
    })
    const on = await openPath(SHORT)
    await attackAll(on)
    await on.end()
    expectAllThere(on, attack.flat())
    expect(on.errors).toEqual(Array.from({ length: 5 }, () => 'delivery: Error: the disk is full'))
    await expectAllTold(on)
  })
})

describe('Ctrl-C', () => {
  it('ends a path that can write nothing; the rules note no place that they have not come to', async () => {
    const on = await openPath(SHORT)
    await attackAll(on)
    await on.read(attack.flat().length)
    const put = Streams.prototype.put
    vi.spyOn(Streams.prototype, 'put').mockImplementation(function (this: Streams, name, records) {
      if (name === names.findingStream) throw new Error('the disk is full')
      return put.call(this, name, records)
    })
    const interrupted = new AbortController()
    const drained = on.stream.drain(interrupted.signal)
    await eventually(() => on.errors.includes('rules: Error: the disk is full'))
    interrupted.abort()
    await drained
    const job = streamJob.parse(readDocument(streamFolder(on.root).job) ?? nextJob([]))
    expect(job.engine.watermark).toBeNull()
    expect(await on.alerts()).toEqual([])
  })
})

describe('what can never be processed', () => {
  it('a poison finding ends in the failures bucket, and those before and behind it are told', async () => {
    const on = await openPath(SHORT)
    const [first, second, third] = users as [number, number, number]
    // In the shards of all findings, before them.
    const poison = ['no finding', '{"id":"x","record":"alert"}', '', '\xff']
    intoEachShard(on, (shard) => poison[shard] as string)
    await on.put(first, [...(attack[0] as string[]), view(first, 60)])
    await on.put(second, attack[1] as string[])
    await on.put(third, attack[2] as string[])
    await on.end()
    expectAllThere(on, [...attack.flat(), view(first, 60)])
    expect(await on.alerts()).toEqual(users.map((user) => `${user} 12 high`).toSorted())
    expect(on.told()).toEqual(users.map(alarm).toSorted())
    const kept = givenUp(on.root)
    expect(kept.flatMap(({ texts }) => texts).toSorted()).toEqual(poison.toSorted())
    expect(new Set(kept.map(({ condition }) => condition))).toEqual(new Set(['RetryAttemptsExhausted']))
    expect(on.discarded()).toBe(poison.length)
  })

  it('a message that SNS refuses for good: the alert is in the table and its finding in the failures bucket', async () => {
    const on = await openPath(SHORT)
    on.platform.registry.register('sns', 'publish', z.unknown(), async () => {
      throw new AwsError('NotFound', 'Topic does not exist', 404)
    })
    await attackAll(on)
    await on.end()
    expectAllThere(on, attack.flat())
    expect(await on.alerts()).toEqual(users.map((user) => `${user} 12 high`).toSorted())
    const texts = givenUp(on.root).flatMap((one) => one.texts as string[])
    expect(texts.map((text) => JSON.parse(text).key_value).toSorted()).toEqual(users.map(String).toSorted())
    expect(on.discarded()).toBe(users.length)
  })
})
