import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Flink, installFlink } from '../../local/flink/install-flink.ts'
import { localProperties } from '../../local/flink/local-properties.ts'
import { type FlinkOptions, type RunningFlink, startFlink } from '../../local/flink/start-flink.ts'
import { type Finding, parseFinding } from '../../stream/findings.ts'
import { packagedSettings } from '../../stream/flink-sql/packaged.ts'
import { configuredRules, type DetectionSettings } from '../../stream/rules/settings.ts'
import { START } from '../unit/stream/stream-event.ts'
import { closers, eventText } from './flink/labelled-records.ts'
import { lastCheckpoint } from './flink/last-checkpoint.ts'
import { Stage, until } from './flink/stage.ts'
import { arnOf, REGION } from './flink/switchable-registry.ts'
import { recordsRead } from './flink/until-settled.ts'

const MINUTE = 60_000
const USER = 7
const scratch = mkdtempSync(join(tmpdir(), 'flink-upgrade-'))
/** Where a run keeps its checkpoints: a job removes those that it went on from. */
const checkpoints = (run: number) => join(scratch, `checkpoints-${run}`)

let stage: Stage
let flink: Flink
let names: ReturnType<Stage['names']>
/** When the only shard was read, in milliseconds since 1970. */
const reads: number[] = []

beforeAll(async () => {
  flink = await installFlink({ say: (text) => console.log(text) })
  stage = await new Stage().open()
  names = stage.names('events', 'upgrade', 1)
  const { registry } = stage.source
  const call = registry.call.bind(registry)
  vi.spyOn(registry, 'call').mockImplementation((service, action, input, context) => {
    if (action === 'GetRecords') reads.push(Date.now())
    return call(service, action, input, context)
  })
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

/** The jar as it would be with other statements: its state has other names. */
function jarOfOthers(): string {
  const jar = join(scratch, 'others.jar')
  copyFileSync(flink.jar, jar)
  const settings = { ...packagedSettings(), fingerprint: '0123456789ab' }
  writeFileSync(join(scratch, 'settings.json'), JSON.stringify(settings))
  execFileSync(join(dirname(flink.java), 'jar'), ['--update', '--file', jar, '-C', scratch, 'settings.json'])
  return jar
}

let runs = 0
function start(settings: DetectionSettings, options: Partial<FlinkOptions> = {}): Promise<RunningFlink> {
  const folder = join(scratch, `run-${++runs}`)
  mkdirSync(folder)
  return startFlink({
    flink,
    folder,
    parallelism: 1,
    properties: localProperties({
      arns: {
        events: arnOf(names.events),
        findings: arnOf(names.findings),
        deadLetters: arnOf(names.deadLetters),
      },
      region: REGION,
      endpoints: { source: stage.source.endpoint, sink: stage.sink.endpoint },
      rules: configuredRules(settings),
    }),
    checkpoints: { folder: checkpoints(runs), everyMs: 500 },
    ...options,
  })
}

/** So many different things that the user does in the window, from the so-manieth on. */
const actions = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    partitionKey: String(USER),
    data: Buffer.from(eventText(USER, START + from + i, { product_id: String(100 + from + i) })),
  }))

const volumes = (): Finding[] =>
  stage
    .texts(names.findings)
    .map(parseFinding)
    .filter(({ rule, user_id }) => rule === 'high-event-volume' && user_id === BigInt(USER))

/** Has a checkpoint in which so many records have been read. */
async function untilChecked(running: RunningFlink, records: number): Promise<void> {
  await until('it runs', running, async () => (await running.rest.job())?.state === 'RUNNING')
  await until('it has read', running, async () => (await recordsRead(running)) >= records)
  const from = Date.now()
  await until('a checkpoint', running, async () => {
    const job = await running.rest.job()
    return ((await running.rest.checkpoints(job?.id ?? '')).latest?.triggered ?? 0) > from
  })
}

describe('an application that was stopped with a window open', () => {
  test('goes on with other thresholds: what it had counted is still there', async () => {
    stage.put(names.events, actions(0, 6))
    const before = await start({})
    await untilChecked(before, 6)
    await before.kill()
    expect(volumes()).toEqual([])

    stage.put(names.events, [...actions(6, 3), ...closers(START + 30 * MINUTE, 1)])
    const settings: DetectionSettings = {
      'high-event-volume': { thresholds: { low: 4, medium: 8, high: 30 } },
    }
    const after = await start(settings, { restoreFrom: lastCheckpoint(checkpoints(1)) })
    await until('the alert', after, () => volumes().length > 0)
    expect(volumes()).toMatchObject([{ measure_value: 9n, severity: 'medium', threshold: 8n }])
    // It did not read from the start again.
    const job = await after.rest.job()
    expect(await after.rest.checkpoints(job?.id ?? '')).toMatchObject({ restored: 1 })
    await untilChecked(after, 4)
    await after.kill()
  })

  test('with other statements does not start where its state may not be left behind', async () => {
    const others = { ...flink, jar: jarOfOthers() }
    await using running = await start({}, { flink: others, restoreFrom: lastCheckpoint(checkpoints(2)) })
    const { code } = await running.ended
    expect(code).not.toBe(0)
    expect(running.log()).toMatch(
      /Cannot map checkpoint\/savepoint state|allowNonRestoredState|not contained/i,
    )
  })

  test('with other statements, where it may, reads stream 1 from its start: findings have the ids that they had', async () => {
    const [former] = volumes()
    const others = { ...flink, jar: jarOfOthers() }
    await using running = await start(
      {},
      {
        flink: others,
        restoreFrom: lastCheckpoint(checkpoints(2)),
        configuration: { 'execution.state-recovery.ignore-unclaimed-state': 'true' },
      },
    )
    await until('the alert again', running, () => volumes().length > 1)
    const again = volumes().at(-1)
    expect(again).toMatchObject({ id: former?.id, measure_value: 9n, severity: 'low', threshold: 5n })
  })
})

test('findings have the partition key that the embedded engine gives them, so that those of a rule about a key keep their order', () => {
  const { shards } = stage.streams.describe(names.findings)
  const records = Array.from({ length: shards }, (_, shard) => {
    const iterator = stage.streams.iterator(names.findings, shard, { type: 'TRIM_HORIZON' })
    return stage.streams.read(iterator).records
  }).flat()
  expect(records.length).toBeGreaterThan(2)
  for (const { partitionKey, data } of records) {
    const { rule, key_value } = parseFinding(Buffer.from(data).toString())
    expect(partitionKey).toBe(`${rule}/${key_value}`)
  }
})

test('a shard is read no more often than five times a second, which is all that Kinesis allows', () => {
  expect(reads.length).toBeGreaterThan(20)
  const mostInASecond = Math.max(
    ...reads.map((from) => reads.filter((at) => at >= from && at < from + 1000).length),
  )
  expect(mostInASecond).toBeLessThanOrEqual(5)
  // Nor so seldom that alerts would come late.
  expect(mostInASecond).toBeGreaterThanOrEqual(3)
})
