import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { CSV_COLUMNS } from '../../catalog/events.ts'
import { parseExactJson } from '../../catalog/exact-json.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { openLake } from '../../local/cli/open-lake.ts'
import { StreamStore } from '../../local/kinesis/stream-store.ts'
import { Streams } from '../../local/kinesis/streams.ts'
import { type ControlRecord, controlRecords } from '../../local/stream/runtime/control-records.ts'
import { openStreamPlatform } from '../../local/stream/runtime/open-stream-platform.ts'
import { outboxMessages } from '../../local/stream/runtime/outbox.ts'
import { streamFolder } from '../../local/stream/runtime/stream-folder.ts'
import { timestampText } from '../../stream/timestamp.ts'
import { hasSample, NO_SAMPLE, SAMPLE } from './lake-harness.ts'
import { runCommand } from './run-command.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'stream-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const names = namesOf(DEFAULT_DEPLOYMENT)
const lakeAt = (name: string) => path.join(scratch, name)

const ATTACKED = ['--csv', SAMPLE, '--burst', '--attack', 'single-user-flood@2m']
const FLOOD = 1200
const AT = '2019-10-01 00:00:00 UTC'

/** Files below a bucket's folder, by their path in it. */
function files(root: string, bucket: string): Map<string, Buffer> {
  const folder = path.join(root, 's3', bucket, 'ecomm_user_activity_stream')
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.gz'),
  )
  return new Map(found.map((name) => [name, readFileSync(path.join(folder, name))]))
}
const rawLines = (root: string) =>
  [...files(root, names.rawBucket).values()].flatMap((file) =>
    gunzipSync(file).toString().trimEnd().split('\n'),
  )

/** What was put into stream 1. */
function sentTexts(root: string): string[] {
  using store = new StreamStore(streamFolder(root).streams)
  const { shards = 0 } = store.stream(names.eventStream) ?? {}
  return Array.from({ length: shards }, (_, shard) => store.read(names.eventStream, shard, 0, 0, 1e6))
    .flat()
    .map(({ data }) => Buffer.from(data).toString())
}

async function jsonOf(root: string, ...args: string[]) {
  const { out } = await runCommand('alerts', '--lake', root, '--format', 'json', ...args)
  return JSON.parse(out) as Record<string, unknown>[]
}

describe.skipIf(!hasSample)(hasSample ? 'the real sample with a flood in it' : NO_SAMPLE, () => {
  const root = lakeAt('undisturbed')

  it('alarms about the flood alone, once, and loses nothing', async () => {
    const { code, out, err } = await runCommand('stream', '--lake', root, ...ATTACKED)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`ok    sent ${(1000 + FLOOD).toLocaleString('en-US')} records`)
    expect(out).not.toContain('WRONG')

    const alarms = await jsonOf(root, '--severity', 'medium')
    const [user] = new Set(alarms.map(({ key }) => key))
    expect(user).toMatch(/^user_id 9\d{8}$/)
    expect(alarms.map(({ record, key }) => [record, key])).toEqual(alarms.map(() => ['incident', user]))
    expect(alarms).toContainEqual(
      expect.objectContaining({ rule: 'high-event-volume', severity: 'high', told: 'high', alerts: 6 }),
    )
    expect(new Set(alarms.map(({ rule }) => rule)).size).toBe(alarms.length)

    const messages = await jsonOf(root, '--messages')
    expect(messages.map(({ subject }) => subject).toSorted()).toEqual(
      alarms
        .map(({ severity, rule, key }) => `${String(severity).toUpperCase()}: ${rule}, ${key}`)
        .toSorted(),
    )
  })

  it('has in the raw zone what was sent, and the same in the backup', () => {
    const sent = sentTexts(root)
    expect(sent).toHaveLength(1000 + FLOOD)
    expect(rawLines(root).toSorted()).toEqual(sent.toSorted())
    expect(files(root, names.backupBucket)).toEqual(files(root, names.rawBucket))
  })

  it('has sent every row of the sample once, as it stands there, and the flood besides', () => {
    const rows = readFileSync(SAMPLE, 'utf8').trimEnd().split('\n').slice(1)
    const fields = rawLines(root).map((text) => parseExactJson(text) as Record<string, string | null>)
    const [honest = [], flood = []] = [true, false].map((isHonest) =>
      fields.filter(({ user_id }) => rows.some((row) => row.includes(`,${user_id},`)) === isHonest),
    )
    expect(honest.map((event) => CSV_COLUMNS.map((name) => event[name] ?? '').join(',')).toSorted()).toEqual(
      rows.toSorted(),
    )
    expect([flood.length, new Set(flood.map(({ user_id }) => user_id)).size]).toEqual([FLOOD, 1])
  })

  it('sent once more, finds the same and tells nobody again', async () => {
    const before = await jsonOf(root, '--all')
    const { code, out, err } = await runCommand('stream', '--lake', root, ...ATTACKED, '--format', 'json')
    expect(code).toBe(0)
    const total = { sent: 1000 + FLOOD, rawLines: 1000 + FLOOD, inWindows: 1000 + FLOOD, late: 0 }
    expect(JSON.parse(out)).toMatchObject({ counts: total, alerts: { recorded: [] }, messages: [] })
    // Nothing but JSON on stdout; all else is told beside it.
    expect(err).toContain('The real-time path of')
    expect(await jsonOf(root, '--all')).toEqual(before)
    expect(rawLines(root)).toHaveLength(2 * (1000 + FLOOD))
  })

  it('killed in the middle three times, and once more at the very end, ends as if it had not been', async () => {
    const killed = lakeAt('killed')
    const child = (kill?: { after: number; writes: string }) => {
      const order = JSON.stringify({ args: ['stream', '--lake', killed, ...ATTACKED], kill })
      const file = path.join(import.meta.dirname, 'stream-child.ts')
      return spawnSync(process.execPath, [file, order], { encoding: 'utf8' })
    }
    for (const kill of [
      { after: 2, writes: 'events' },
      { after: 2, writes: 'findings' },
      { after: 3, writes: 'raw' },
      // All is done, but that it is has not been noted: it must not be sent once more.
      { after: 1, writes: 'summary' },
    ])
      expect([kill.writes, child(kill).signal]).toEqual([kill.writes, 'SIGKILL'])
    const last = child()
    expect([last.status, last.stderr]).toEqual([0, ''])
    expect(last.stdout).toContain('It goes on with what was interrupted')
    expect(last.stdout).not.toContain('WRONG')

    expect(await jsonOf(killed, '--all')).toEqual(await jsonOf(root, '--all'))
    const subjects = (folder: string) =>
      outboxMessages(folder, names.incidentsTopic)
        .map(({ Subject }) => Subject)
        .toSorted()
    expect(subjects(killed)).toEqual(subjects(root))
    // Each event once, though five processes had the same input.
    expect(sentTexts(killed)).toHaveLength(1000 + FLOOD)
    expect(rawLines(killed).toSorted()).toEqual(sentTexts(killed).toSorted())
  })
})

describe('clients of AWS', () => {
  const START = Date.UTC(2019, 9, 1)
  const view = (user: number, second: number, product = second) => ({
    event_time: timestampText(START + second * 1000),
    event_type: 'view',
    product_id: product,
    category_id: '2053013555631882655',
    category_code: null,
    brand: null,
    price: '1.00',
    user_id: user,
    user_session: `s${user}`,
    txn_timestamp: timestampText(START + second * 1000),
  })

  it('can put events: what is no event becomes a dead letter, and both are in the raw zone', async () => {
    const root = lakeAt('clients')
    await using lake = await openLake({ lake: root })
    const { platform, deployment } = lake
    await using stream = await openStreamPlatform({ root, deployment, platform })
    const running = stream.start()
    const client = new KinesisClient({
      endpoint: platform.endpoint,
      region: deployment.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestHandler: new NodeHttpHandler(),
    })
    const put = async (key: string, texts: readonly string[]) => {
      const Records = texts.map((text) => ({ PartitionKey: key, Data: Buffer.from(text) }))
      const answer = await client.send(new PutRecordsCommand({ StreamName: names.eventStream, Records }))
      expect(answer.FailedRecordCount).toBe(0)
    }
    await put(
      '7',
      Array.from({ length: 12 }, (_, i) => JSON.stringify(view(7, i % 10, i))),
    )
    await put('8', [
      'no JSON\nin two lines',
      JSON.stringify({ ...view(8, 1), user_id: null }),
      JSON.stringify(view(8, 2)),
    ])
    client.destroy()
    await stream.finish(new AbortController().signal)
    await running

    const { events, late, deadLetters, records, lines } = stream.reader.progress
    expect({ events, late, deadLetters, records, lines }).toEqual({
      events: 13,
      late: 0,
      deadLetters: 2,
      records: 15,
      lines: 16,
    })
    expect([stream.sent(), stream.unread(), await stream.rawLines()]).toEqual([15, 0, 16])
    const found: ControlRecord[] = await controlRecords({
      endpoint: stream.dynamodb,
      region: deployment.region,
      name: names.controlTable,
    })
    expect(found.filter((one) => one.record === 'alert')).toMatchObject([
      { rule: 'high-event-volume', key_value: '7', severity: 'high', measure_value: 12n },
    ])
    // While it runs, the table can be read through the process that has it; nobody else can run it.
    expect(await jsonOf(root)).toMatchObject([{ key: 'user_id 7', told: 'high', measure: 12 }])
    expect((await runCommand('stream', '--lake', root, '--for', '1s')).err).toContain(
      'another process runs the real-time path',
    )
    const { shards } = stream.streams.describe(names.deadLetterStream)
    const letters = Array.from({ length: shards }, (_, shard) => {
      const iterator = stream.streams.iterator(names.deadLetterStream, shard, { type: 'TRIM_HORIZON' })
      return stream.streams.read(iterator).records.map(({ data }) => JSON.parse(Buffer.from(data).toString()))
    }).flat()
    expect(letters.map(({ raw, reasons }) => [raw.slice(0, 7), reasons]).toSorted()).toEqual([
      ['no JSON', 'json'],
      ['{"event', 'user_id'],
    ])
  })
})

describe('a live run', () => {
  it('ended by Ctrl-C says so, and the next one goes on', async () => {
    const root = lakeAt('live')
    let puts = 0
    const real = Streams.prototype.put
    const put = vi.spyOn(Streams.prototype, 'put').mockImplementation(function (this: Streams, ...args) {
      puts += 1
      // Long enough for a live line.
      if (puts === 80) process.emit('SIGINT')
      return real.apply(this, args)
    })
    const { code, out } = await runCommand('stream', '--lake', root, '--generate', '--rate', '100/s')
    put.mockRestore()
    expect(code).toBe(130)
    expect(out).toMatch(/events\/s · alerts: 0 high, 0 medium, 0 low · .* unread · 0 told/)
    expect(out).toContain('Interrupted: the same command goes on where it was.')
    const before = sentTexts(root).length
    expect(before).toBeGreaterThanOrEqual(80)

    const next = await runCommand('stream', '--lake', root, '--rate', '100/s', '--for', '1s')
    expect(next.out).toContain('It goes on with what was interrupted')
    expect(next.code).toBe(0)
    const sent = sentTexts(root)
    expect(sent.length).toBeGreaterThan(before)
    expect(rawLines(root).toSorted()).toEqual(sent.toSorted())
  })
})

it('refuses what is more than a shard takes with --shard-limits, and loses nothing of it', async () => {
  let refused = 0
  const real = Streams.prototype.put
  const put = vi.spyOn(Streams.prototype, 'put').mockImplementation(function (this: Streams, ...args) {
    const results = real.apply(this, args)
    refused += results.filter((result) => 'errorCode' in result).length
    return results
  })
  const root = lakeAt('limits')
  // Three seconds' worth of one shard at once, in few records: it is too much on a machine that has little time, too.
  const rows = Array.from({ length: 300 }, (_, i) =>
    [AT, 'view', i, 2053013555631882655n, '', 'x'.repeat(10_000), '1.00', 7, 's'].join(','),
  )
  const file = path.join(scratch, 'large.csv')
  writeFileSync(file, `${[CSV_COLUMNS.join(','), ...rows].join('\n')}\n`)
  const { code, out } = await runCommand(
    ...['stream', '--lake', root, '--csv', file, '--burst', '--shard-limits'],
  )
  put.mockRestore()
  expect(refused).toBeGreaterThan(0)
  expect(code).toBe(0)
  expect(out).not.toContain('WRONG')
  expect(rawLines(root).toSorted()).toEqual(sentTexts(root).toSorted())
})

describe('a live run on a terminal', () => {
  const { stdout } = process
  const was = { isTTY: stdout.isTTY, columns: stdout.columns }
  afterEach(() => void Object.assign(stdout, was))

  it('shows one line that fits, with the alerts in it, and leaves the summary alone at the end', async () => {
    Object.assign(stdout, { isTTY: true, columns: 70 })
    const attacked = ['--rate', '100/s', '--for', '3s', '--attack', 'single-user-flood@0s']
    const { code, out } = await runCommand(
      'stream',
      '--lake',
      lakeAt('terminal'),
      '--stamp',
      'event',
      ...attacked,
    )
    expect(code).toBe(0)
    const shown = out.split('\n').map((line) => line.split('\r\x1b[2K'))
    const live = shown.flatMap((line) => line.slice(0, -1)).filter((line) => line.includes('events/s'))
    expect(live.length).toBeGreaterThan(1)
    for (const line of live) {
      expect(line).toMatch(/^[\d,]+ events\/s · \d+ high, 0 medium, \d+ low/)
      expect(line.length).toBeLessThan(70)
    }
    const left = shown.map((line) => line.at(-1)).filter((line) => line !== '')
    expect(left[0]).toContain('The real-time path of')
    expect(left[1]).toContain('The input is over')
  })
})

describe('lake alerts', () => {
  it.each(['--all', '--severity=high'])(
    'refuses --messages with %s, which it could not follow',
    async (option) => {
      const { code, err } = await runCommand('alerts', '--messages', option)
      expect([code, err]).toEqual([2, expect.stringContaining("'--messages' cannot be used with option '--")])
    },
  )

  it('says what to do where no real-time path has run', async () => {
    const { code, err } = await runCommand('alerts', '--lake', lakeAt('none'))
    expect([code, err]).toEqual([
      2,
      `the rules have read nothing at ${lakeAt('none')} yet: npm run lake -- stream --for 60s\n`,
    ])
  })
})
