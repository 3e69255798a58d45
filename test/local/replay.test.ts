import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from '@aws-sdk/client-kinesis'
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { LAKE } from '../../catalog/layout.ts'
import { replayRecord } from '../../lambdas/shared/replay-documents.ts'
import { openLake } from '../../local/cli/open-lake.ts'
import { Streams } from '../../local/kinesis/streams.ts'
import { openStreamPlatform } from '../../local/stream/runtime/open-stream-platform.ts'
import { hasSample, NO_SAMPLE, SAMPLE } from './lake-harness.ts'
import { HOUR, lineAt, names, openReplayLake, persistLines, records } from './replay-lake.ts'
import { runCommand } from './run-command.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'replay-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const lakeAt = (name: string) => path.join(scratch, name)

const MARK = /^\{"replay":"[^"]*",/
const isMarked = ({ text }: { text: string }) => MARK.test(text)
const unmarked = ({ text }: { text: string }) => text.replace(MARK, '{')
const zoneOf = (root: string, bucket: string) => path.join(root, 's3', bucket, 'ecomm_user_activity_stream')
function persisted(root: string): string[] {
  const zone = zoneOf(root, names.rawBucket)
  return readdirSync(zone, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.gz'))
    .flatMap((name) =>
      gunzipSync(readFileSync(path.join(zone, name)))
        .toString()
        .trimEnd()
        .split('\n'),
    )
}
async function alertsOf(root: string): Promise<unknown[]> {
  const { out } = await runCommand('alerts', '--lake', root, '--format', 'json', '--all')
  return JSON.parse(out)
}
/** From the hour before, as the tests may begin at the end of one. */
const now = (): string[] => {
  const from = new Date(Math.floor(Date.now() / 3_600_000 - 1) * 3_600_000).toISOString()
  return ['--from', from, '--to', new Date().toISOString()]
}
const replay = async (root: string, ...args: string[]) => {
  const { code, out, err } = await runCommand('replay', '--lake', root, '--format', 'json', ...args)
  return { code, err, record: code === 0 ? replayRecord.parse(JSON.parse(out)) : undefined }
}

describe.skipIf(!hasSample)(hasSample ? 'the real sample with a flood in it' : NO_SAMPLE, () => {
  const root = lakeAt('sample')
  const ATTACKED = ['--csv', SAMPLE, '--burst', '--attack', 'single-user-flood@2m']
  const SENT = 2200

  it('is sent again as it was persisted, marked, each key in its order', async () => {
    await runCommand('stream', '--lake', root, ...ATTACKED)
    const { code, record } = await replay(root, ...now(), '--name', 'again', '--rate', '100000')
    expect([code, record?.counts]).toEqual([
      0,
      { sent: SENT, outside: 0, marked: 0, unreadable: 0, ahead: 0, tooLarge: 0 },
    ])
    const shards = records(root)
    const marked = shards.flat().filter(isMarked)
    expect(marked.every(({ text }) => text.startsWith('{"replay":"again",'))).toBe(true)
    expect(marked.map(unmarked).toSorted()).toEqual(persisted(root).toSorted())
    const byKey = (of: typeof marked) => Map.groupBy(of, ({ key }) => key)
    const before = byKey(shards.flat().filter((one) => !isMarked(one)))
    for (const [key, again] of byKey(marked))
      expect(again.map(unmarked)).toEqual(before.get(key)?.map(({ text }) => text))
  })

  it('is found by the rules as before, and nobody is told twice', async () => {
    const before = await alertsOf(root)
    const { out } = await runCommand('stream', '--lake', root, '--for', '0s')
    expect(out).toContain(`in windows ${SENT.toLocaleString('en-US')} + late 0 + dead letters 0`)
    expect(out).toContain('alerts found: 6 high, 0 medium, 3 low; new in the table: 0')
    expect(out).toContain('0 messages told')
    expect(await alertsOf(root)).toEqual(before)
  })

  it('is not replayed a second time from what the replay has left in the raw zone', async () => {
    expect(persisted(root)).toHaveLength(2 * SENT)
    const { record } = await replay(root, ...now(), '--name', 'third', '--rate', '100000')
    expect(record?.counts).toMatchObject({ sent: SENT, marked: SENT })
  })

  it.each(['raw', 'backup'])('copied to another place, %s, is found there as here', async (source) => {
    const other = lakeAt(`other-${source}`)
    const bucket = source === 'raw' ? names.rawBucket : names.backupBucket
    cpSync(zoneOf(root, bucket), zoneOf(other, bucket), { recursive: true })
    const { code } = await replay(
      other,
      ...now(),
      '--rate',
      '100000',
      ...(source === 'raw' ? [] : ['--backup']),
    )
    expect(code).toBe(0)
    const { code: streamed, out } = await runCommand('stream', '--lake', other, '--for', '0s')
    expect([streamed, out]).toEqual([0, expect.stringContaining('late 0')])
    expect(out).toContain('records in stream 1 that nobody has read: they are read first')
    expect(await alertsOf(other)).toEqual(await alertsOf(root))
  })
})

describe('an object of 200,000 lines', () => {
  const root = lakeAt('large')
  const LINES = Array.from({ length: 200_000 }, (_, i) => lineAt(i % 1009, i * 4, i))
  const inOrder = () => {
    for (const [, all] of Map.groupBy(records(root).flat(), ({ key }) => key)) {
      const products = all.map(({ text }) => Number(/"product_id":(\d+)/.exec(text)?.[1]))
      // What was sent again after a kill begins anew with a product that was there.
      const first = products.filter((product, i) => products.indexOf(product) === i)
      expect(first).toEqual(first.toSorted((a, b) => a - b))
    }
  }

  it('takes many calls, survives SIGKILL, and a redrive sends the rest', async () => {
    persistLines(root, 'large', LINES)
    const order = { root, input: { ...HOUR, rate: 100_000 }, puts: 260, roundSeconds: 1 }
    const child = spawnSync(
      process.execPath,
      [path.join(import.meta.dirname, 'replay-child.ts'), JSON.stringify(order)],
      { encoding: 'utf8' },
    )
    expect([child.signal, child.stderr]).toEqual(['SIGKILL', ''])
    const before = records(root).flat().length
    expect(before).toBeGreaterThan(50_000)
    expect(before).toBeLessThan(150_000)

    // Somebody else needs some of the stream's room meanwhile.
    const put = Streams.prototype.put
    let puts = 0
    const refused = { errorCode: 'ProvisionedThroughputExceededException', errorMessage: 'no room' } as const
    const spy = vi.spyOn(Streams.prototype, 'put').mockImplementation(function (this: Streams, name, all) {
      puts += 1
      if (puts % 20 !== 0) return put.call(this, name, all)
      const taken = put.call(this, name, all.slice(0, all.length / 2))
      return [...taken, ...all.slice(all.length / 2).map(() => refused)]
    })
    await using lake = await openReplayLake(root, 1)
    const { ended } = await lake.states.redrive({ machine: names.replay, name: 'killed' })
    const { status, error } = await ended
    spy.mockRestore()
    expect([status, error]).toEqual(['SUCCEEDED', null])

    const texts = records(root).flat().map(unmarked)
    expect(new Set(texts)).toEqual(new Set(LINES))
    // Only what had arrived since the place was kept last has come twice.
    expect(texts.length - LINES.length).toBeLessThan(before)
    inOrder()
    const record = await lake.document(LAKE.run('replay-killed', 'replay'), replayRecord)
    expect(record?.counts).toMatchObject({ sent: LINES.length, outside: 0 })
    expect(record?.rounds).toBeGreaterThan(3)
  })
})

describe('beside the real-time path at work', () => {
  it('goes to the process that runs it; what is older than live traffic is late, and counted', async () => {
    const root = lakeAt('beside')
    persistLines(
      root,
      'a',
      Array.from({ length: 40 }, (_, i) => lineAt(7, i * 100, i)),
    )
    await using live = await openLake({ lake: root, memory: '1GB', threads: 1 })
    const { platform, deployment } = live
    await using stream = await openStreamPlatform({ root, deployment, platform })
    const running = stream.start()
    const sent = new Date().toISOString().slice(0, -1)
    const event = { ...JSON.parse(lineAt(1, 0)), event_time: sent, txn_timestamp: sent }
    for (let user = 0; user < 40; user++)
      stream.streams.put(names.eventStream, [
        { partitionKey: String(user), data: Buffer.from(JSON.stringify({ ...event, user_id: user })) },
      ])
    while (stream.unread() > 0) await sleep(10)

    const { record } = await replay(root, '--from', HOUR.from, '--to', HOUR.to)
    expect(record?.counts.sent).toBe(40)
    await stream.finish(new AbortController().signal)
    await running
    expect(stream.reader.progress).toMatchObject({ records: 80, late: 40, deadLetters: 0 })
    expect(records(root).flat().filter(isMarked)).toHaveLength(40)
  })
})

describe('where a run of the path was interrupted', () => {
  const root = lakeAt('interrupted')

  it('its windows are newer: --anew leaves them, and then nothing is late', async () => {
    persistLines(
      root,
      'a',
      Array.from({ length: 40 }, (_, i) => lineAt(7, i * 100, i)),
    )
    {
      await using lake = await openLake({ lake: root, memory: '1GB', threads: 1 })
      const { platform, deployment } = lake
      await using stream = await openStreamPlatform({ root, deployment, platform })
      const running = stream.start()
      const sent = new Date().toISOString().slice(0, -1)
      for (let user = 0; user < 40; user++) {
        const event = { ...JSON.parse(lineAt(user, 0)), event_time: sent, txn_timestamp: sent }
        const data = Buffer.from(JSON.stringify(event))
        stream.streams.put(names.eventStream, [{ partitionKey: String(user), data }])
      }
      while (stream.unread() > 0) await sleep(10)
      await stream.reader.stop()
      await running
    }
    expect((await replay(root, '--from', HOUR.from, '--to', HOUR.to)).record?.counts.sent).toBe(40)
    const { out } = await runCommand('stream', '--lake', root, '--for', '0s', '--anew')
    expect(out).toContain('in windows 40 + late 0 + dead letters 0 = 40 events')
    expect(out).toContain('alerts found: 1 high')
  })
})

describe('a replay that is stopped', () => {
  it('stops sending within seconds, and a redrive goes on, also at once', async () => {
    const root = lakeAt('stopped')
    const lines = Array.from({ length: 6000 }, (_, i) => lineAt(i % 97, i * 500, i))
    persistLines(root, 'a', lines)
    await using lake = await openReplayLake(root)
    const started = await lake.states.start({
      machine: names.replay,
      name: 'stopped',
      input: { ...HOUR, rate: 400 },
    })
    await sleep(1500)
    const { status } = await lake.states.stop(names.replay, 'stopped')
    expect(status).toBe('ABORTED')
    await started.ended
    const before = records(root).flat().length
    await sleep(500)
    expect(records(root).flat()).toHaveLength(before)
    expect(before).toBeLessThan(4000)

    const { ended } = await lake.states.redrive({ machine: names.replay, name: 'stopped' })
    expect((await ended).status).toBe('SUCCEEDED')
    expect(new Set(records(root).flat().map(unmarked))).toEqual(new Set(lines))
  })
})

describe('a served lake', () => {
  it('replays for a client of AWS, who reads the events from the same port', async () => {
    const root = lakeAt('served')
    persistLines(root, 'a', [lineAt(7, 0), lineAt(7, 1000)])
    await using lake = await openLake({ lake: root, exclusive: true, port: 0, memory: '1GB', threads: 1 })
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const config = { endpoint: lake.platform.endpoint, region: lake.deployment.region, credentials }
    const sfn = new SFNClient(config)
    const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() })
    const stateMachineArn = `arn:aws:states:${config.region}:000000000000:stateMachine:${names.replay}`
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: 'wire', input: JSON.stringify(HOUR) }),
    )
    const described = () => sfn.send(new DescribeExecutionCommand({ executionArn }))
    while ((await described()).status === 'RUNNING') await sleep(50)
    expect((await described()).status).toBe('SUCCEEDED')
    const found = []
    for (let shard = 0; shard < 4; shard++) {
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({
          StreamName: names.eventStream,
          ShardId: `shardId-00000000000${shard}`,
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      )
      const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }))
      found.push(...Records.map(({ Data }) => Buffer.from(Data ?? []).toString()))
    }
    sfn.destroy()
    kinesis.destroy()
    expect(found).toEqual([0, 1000].map((ms) => `{"replay":"wire",${lineAt(7, ms).slice(1)}`))
  })
})

describe('the command', () => {
  const root = lakeAt('refused')
  const lake = async () => {
    persistLines(root, 'a', [lineAt(1, 0), lineAt(2, 60_000), lineAt(3, 120_000)])
  }

  it('takes times as one writes them, and says what came of it', async () => {
    await lake()
    const { code, out } = await runCommand(
      ...['replay', '--lake', root, '--from', '2026-11-01T10:01', '--to', '2026-11-01T10:02', '--rate', '5'],
    )
    expect(code).toBe(0)
    expect(out).toMatch(/sent again, marked +│? *1/)
    expect(out).toMatch(/left out: of another time +│? *2/)
    expect(out).toContain('They are in stream 1.')
    expect(records(root).flat().map(unmarked)).toEqual([lineAt(2, 60_000)])
  })

  it.each([
    [['--from', '10 o’clock', '--to', '2026-11-02'], 2, 'an instant is written in UTC'],
    [['--from', '2026-13-01', '--to', '2026-11-02'], 2, 'an instant is written in UTC'],
    [['--to', '2026-11-02'], 2, "required option '--from <instant>'"],
    [['--from', '2026-11-02', '--to', '2026-11-01'], 3, 'has to be before'],
    [['--from', '2026-11-01', '--to', '2999-11-01'], 3, 'is in the future'],
    [['--from', '2026-01-01', '--to', '2026-03-01'], 3, 'one replay takes 31'],
    [['--from', '2026-10-01', '--to', '2026-10-02'], 3, 'Nothing that arrived from 2026-10-01'],
  ])('%j is refused', async (args, expected, message) => {
    await lake()
    const { code, out, err } = await runCommand('replay', '--lake', root, ...args)
    expect([code, out + err]).toEqual([expected, expect.stringContaining(message)])
  })

  it('says that all was sent before where it was', async () => {
    const only = lakeAt('only')
    persistLines(only, 'a', [`{"replay":"r0",${lineAt(1, 0).slice(1)}`])
    const { code, out } = await runCommand('replay', '--lake', only, '--from', HOUR.from, '--to', HOUR.to)
    expect([code, out]).toEqual([0, expect.stringContaining('Nothing was left to send again.')])
  })
})
