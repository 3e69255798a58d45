import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Severity } from '../../../catalog/stream.ts'
import { readDocument } from '../../../local/files.ts'
import type { RunningFlink } from '../../../local/flink/start-flink.ts'
import { LIMITS } from '../../../local/kinesis/limits.ts'
import type { RuleReader } from '../../../local/stream/runtime/rule-reader.ts'
import { streamJob } from '../../../local/stream/runtime/stream-job.ts'
import { writeParitySection } from '../../../scripts/parity-sections.ts'
import { type Finding, parseFinding } from '../../../stream/findings.ts'
import { SECOND } from '../../../stream/rules/window.ts'
import { compareFindings, distinctLetters, readFindings, SAME } from './compare-findings.ts'
import {
  BASE,
  background,
  burst,
  CROWD,
  crowd,
  FAULT_SHARDS,
  firstMinute,
  record,
  type Scenario,
  SHARD,
  USER,
  view,
} from './fault-records.ts'
import { closers } from './labelled-records.ts'
import { lateRecords } from './late-records.ts'
import { type RunNames, Stage, until } from './stage.ts'
import { hasPassed, recordsRead, untilSettled } from './until-settled.ts'

const EVENTS = 'faults'
/** So many findings a second may be written to each of two shards. */
const FEW = { ...LIMITS.shard, putRecords: 5 }
/** Others read the stream too: of five reads a second and shard these are left. */
const SHARED = { ...LIMITS.shard, gets: 2 }
/** Users of the reference rule who are found doing twelve things in ten seconds. */
const ALARM: [Severity, bigint][] = [['high', 12n]]
const at = (second: number): number => BASE + second * SECOND

let stage: Stage
let embedded: RunNames
let names: RunNames
let flink: RunningFlink
let reader: RuleReader
let reading: Promise<void>
let scenario: Scenario
/** Kinesis records, and of those that came later than the first minute the dead letters. */
let sent = 0
const later: string[] = []
let lateByMinute = Number.NaN
/** What happens, and what becomes of it on both. */
const rows: [string, string][] = []

const put = (...records: Parameters<Stage['put']>[1]) => {
  stage.put(EVENTS, records)
  sent += records.length
}
const bothPassed = async (second: number) =>
  reader.progress.watermark >= at(second) && (await hasPassed(flink, at(second)))
const bothRead = async () => reader.progress.records >= sent && (await recordsRead(flink)) >= sent
const found = (run: RunNames) => readFindings(stage.texts(run.findings))
const findings = (): Finding[] => [...found(names).texts.values()].map(parseFinding)
/** What the reference rule says of a user on Flink: severity, and number of actions. */
const volumeOf = (user: number | bigint) =>
  findings()
    .filter(({ rule, key_value }) => rule === 'high-event-volume' && key_value === String(user))
    .map(({ severity, measure_value }) => [severity, measure_value])
const letters = () => [...new Set(stage.texts(names.deadLetters))].map((text) => JSON.parse(text))
const lateEmbedded = () =>
  streamJob.parse(readDocument(join(stage.folder, `${embedded.findings}.json`))).engine.counts.lateByWindow

beforeAll(async () => {
  stage = await new Stage().open()
  embedded = stage.names(EVENTS, 'embedded', FAULT_SHARDS)
  names = stage.names(EVENTS, 'flink')
  stage.source.registry.limit(SHARED)
  scenario = await firstMinute(Date.now())
  put(...scenario.records)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

describe('faults, on Flink and the embedded engine at the same time', () => {
  test('shards that are empty, have nothing but dead letters, or fall quiet hold all windows', async () => {
    flink = await stage.startFlink(names, {
      checkpoints: { folder: join(stage.folder, 'checkpoints'), everyMs: 2000 },
    })
    await until('all is read', flink, async () => (await recordsRead(flink)) >= sent)
    ;({ reader, running: reading } = stage.startEmbedded(embedded))
    await until('all is read', flink, bothRead)
    put(...background(60, 62))
    await sleep(1000)
    expect([stage.count(names.findings), stage.count(embedded.findings)]).toEqual([0, 0])
    rows.push([
      'a shard that is empty, has nothing but dead letters, or falls quiet',
      'holds all windows for thirty seconds',
    ])
  })

  test('for half a minute: then those count that go on', async () => {
    let second = 62
    await until('shards are idle', flink, async () => {
      later.push(`not JSON at ${second}`)
      put(...background(second, second + 1), record(SHARD.deadLettersOnly, later.at(-1) ?? ''))
      second++
      await sleep(1000)
      return bothPassed(45)
    })
    expect(second, 'seconds of the scenario').toBeLessThan(180)
    put(...background(180, 181))
    await until('three minutes', flink, () => bothPassed(169))
  })

  test('events that are late by far are dropped where windows are closed, and count where they are open', async () => {
    put(
      record(SHARD.main, view(USER.lateForSome, 5, 1)),
      record(SHARD.main, view(USER.lateForAll, -3600, 1)),
      record(SHARD.fallsIdle, view(USER.backFromIdle, 175, 1)),
    )
    await until('all is read', flink, bothRead)
    const expected = { timeout: 20_000, interval: 500 }
    const isLong = (windows: string) => windows.includes('5 minutes')
    await expect
      .poll(lateEmbedded, expected)
      .toSatisfy((late: Record<string, number>) => Math.max(...Object.values(late)) === 2)
    // Flink counts all traffic of a share's window in an operator of its own.
    const shares = { 'all, 10 seconds': 2 }
    const embeddedLate: Record<string, number> = { ...lateEmbedded(), ...shares }
    for (const [windows, late] of Object.entries(embeddedLate))
      expect([windows, late]).toEqual([windows, isLong(windows) ? 1 : 2])
    await expect
      .poll(async () => Object.fromEntries(await lateRecords(flink)), expected)
      .toEqual(embeddedLate)
    const late = await lateRecords(flink)
    for (const [windows, count] of late) expect([windows, count]).toEqual([windows, embeddedLate[windows]])
    // Before the job restarts and counts anew.
    lateByMinute = Math.max(
      ...late.flatMap(([windows, count]) => (windows === 'all, a minute' ? [count] : [])),
    )
    expect(reader.progress.late).toBe(1)
    rows.push([
      'an event that is late by far',
      'dropped and counted by each window that is closed, counts in those that are open',
    ])
  })

  test('Kinesis is away for some seconds: the job goes on from its checkpoint', async () => {
    await stage.source.close()
    await stage.sink.close()
    put(...burst(USER.away, 180).map((text) => record(SHARD.main, text)))
    await sleep(4000)
    await stage.source.open()
    await stage.sink.open()
    await until('the job has restarted', flink, async () => {
      const job = await flink.rest.job()
      return job !== undefined && (await flink.rest.checkpoints(job.id)).restored > 0
    })
    rows.push([
      'Kinesis is away for four seconds',
      'Flink goes on from its last checkpoint, nothing is missing',
    ])
  })

  test('puts are throttled: what was refused is written later', async () => {
    stage.sink.registry.limit(FEW)
    put(...crowd(190), ...closers(at(3600), FAULT_SHARDS))
    await untilSettled(stage, flink, names, { time: at(3000) })
    await until('the embedded engine has read all', flink, () => reader.progress.records >= sent)
    await reader.stop()
    await reading
    expect(stage.sink.registry.refused.records).toBeGreaterThan(0)
    expect(stage.source.registry.refused.reads).toBeGreaterThan(0)
    rows.push(['reads and puts are throttled', 'made again until they are answered'])
    expect(findings().filter(({ severity }) => severity === 'low').length).toBeGreaterThanOrEqual(CROWD)
  })

  test('both have found the same, and have the same dead letters', () => {
    const { texts, contradicted } = found(names)
    expect(compareFindings(found(embedded).texts, texts)).toEqual(SAME)
    expect(contradicted).toEqual([])
    expect(distinctLetters(stage.texts(names.deadLetters))).toEqual(
      distinctLetters(stage.texts(embedded.deadLetters)),
    )
  })
})

describe('what Flink made of each', () => {
  test.for<[string, string, number | bigint, ReturnType<typeof volumeOf>]>([
    ['events out of order, within ten seconds', 'all count', USER.outOfOrder, ALARM],
    ['the same event again and again', 'one action', USER.duplicates, []],
    ['an event of 1 MiB', 'counts', USER.large, ALARM],
    ['a clock far ahead', 'a dead letter; what follows in its shard counts', USER.future, ALARM],
    ['an aggregated record', 'all its events count', USER.aggregated, ALARM],
    ['an id above 2^53, as number and as text', 'the same user', USER.beyondNumbers, ALARM],
    ['the id beside it', 'another user', USER.besideIt, [['low', 6n]]],
    ['the largest id, 2^63 - 1', 'counts', USER.largest, ALARM],
    ['events sent while Kinesis was away', 'count', USER.away, ALARM],
    ['a user of whom one event is late', 'no alarm', USER.lateForSome, []],
  ])('%s: %s', ([what, becomes, user, expected]) => {
    expect(volumeOf(user)).toEqual(expected)
    rows.push([what, becomes])
  })

  test('what is no event is a dead letter with its text and every reason', () => {
    const of = ([raw, reasons]: readonly [string, string]) => `${reasons}: ${raw}`
    const expected = [...scenario.deadLetters, ...later.map((raw) => [raw, 'json'] as const)].map(of)
    expect(
      letters()
        .map(({ raw, reasons }) => of([raw, reasons]))
        .toSorted(),
    ).toEqual(expected.toSorted())
    rows.push(
      [
        'no JSON, no UTF-8, 1 MiB that is no JSON, a damaged package, a part of a package',
        'a dead letter each',
      ],
      ['a field that is missing or wrong, an id above 2^63 - 1', 'a dead letter with every reason'],
    )
  })

  test('nothing is lost: what was sent is in windows, late, or a dead letter', () => {
    const sales = findings().filter(({ rule }) => rule === 'sales')
    // Nobody buys here, and the closers' windows stay open.
    const inWindows = sales.reduce(
      (sum, { details: { views = 0n, carts = 0n } }) => sum + Number(views + carts),
      0,
    )
    const userRecords = sent - scenario.records.length + scenario.userRecords
    expect(lateByMinute).toBe(2)
    expect(inWindows + lateByMinute + letters().length + FAULT_SHARDS).toBe(userRecords)
  })

  test('what was compared is written down', () => {
    expect(rows).toHaveLength(16)
    writeParitySection('flink-2-faults', {
      title: 'Faults, on Flink and the embedded engine',
      text: `Both engines read the same stream at the same time. Findings and dead letters are equal in every column, and every window has
dropped the same number of late events. Every event that was sent is in a window of a minute, late for it, or a dead letter, by count.`,
      tables: [{ columns: ['what happens', 'what becomes of it'], rows }],
    })
  })
})
