import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAt } from '../../../local/flink/local-properties.ts'
import { writeParitySection } from '../../../scripts/parity-sections.ts'
import { parseFinding } from '../../../stream/findings.ts'
import { KPIS } from '../../../stream/kpis/index.ts'
import { RULES } from '../../../stream/rules/index.ts'
import { HOUR, MINUTE } from '../../../stream/rules/window.ts'
import { compareFindings, distinctLetters, type Findings, readFindings, SAME } from './compare-findings.ts'
import { embeddedRun } from './embedded-run.ts'
import { falsified } from './falsified.ts'
import { CLOSES_AFTER, closers, type LabelledRecords, labelledRecords, SHARDS } from './labelled-records.ts'
import { lastCheckpoint } from './last-checkpoint.ts'
import { lateRecords } from './late-records.ts'
import { type RunNames, Stage, until } from './stage.ts'
import { hasPassed, recordsRead, untilSettled } from './until-settled.ts'

const FROM = Date.UTC(2019, 9, 1, 13)
const OPTIONS = { seed: 42, from: FROM, eventsPerSecond: 16 }
/** All windows of the hour are closed then. */
const CLOSED = FROM + HOUR + 10 * MINUTE

let stage: Stage
let hour: LabelledRecords
let embedded: RunNames
let expected: Findings
const rows: (string | number)[][] = []

beforeAll(async () => {
  stage = await new Stage().open()
  hour = await labelledRecords(OPTIONS)
  embedded = stage.names('hour', 'embedded', SHARDS)
  stage.put('hour', [...hour.records, ...closers(FROM + HOUR + CLOSES_AFTER, SHARDS)])
  const { late, deadLetters } = await embeddedRun(stage, embedded)
  expect({ late, deadLetters }).toEqual({ late: 0, deadLetters: hour.broken })
  expected = readFindings(stage.texts(embedded.findings))
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const found = (names: RunNames): Findings => readFindings(stage.texts(names.findings))
const written = (what: string, names: RunNames, { texts }: Findings) => {
  const letters = distinctLetters(stage.texts(names.deadLetters)).length
  rows.push([what, hour.events, hour.broken, texts.size, letters, 0])
}

describe('a labelled hour with every attack and every hard case', () => {
  test('has something to find for every rule and every figure', () => {
    const kinds = new Set(Array.from(expected.texts.values(), (text) => parseFinding(text).rule))
    expect([...kinds].toSorted()).toEqual([...RULES, ...KPIS].map(({ id }) => id).toSorted())
  })

  test('Flink finds what the embedded engine finds, record for record, and has the same dead letters', async () => {
    const names = stage.names('hour', 'flink')
    await using flink = await stage.startFlink(names)
    await untilSettled(stage, flink, names, { time: CLOSED })
    const late = await lateRecords(flink)
    expect(late.length).toBeGreaterThan(RULES.length)
    expect(late.filter(([, count]) => count > 0)).toEqual([])

    const read = await recordsRead(flink)
    expect(read).toBe(stage.count('hour'))

    const all = found(names)
    expect(compareFindings(expected.texts, all.texts)).toEqual(SAME)
    expect(all.repeated).toBe(0)
    expect(stage.texts(names.deadLetters)).toHaveLength(hour.broken)
    expect(distinctLetters(stage.texts(names.deadLetters))).toEqual(
      distinctLetters(stage.texts(embedded.deadLetters)),
    )
    written('undisturbed', names, all)
  })

  test('the comparison notices a finding that says something else in any column, one too few and one too many', () => {
    for (const [what, falsification] of falsified(expected.texts))
      expect([what, compareFindings(expected.texts, falsification)]).not.toEqual([what, SAME])
  })
})

describe('killed in the middle', () => {
  let names: RunNames
  let atKill: Findings
  let killedAt: number
  const checkpoints = () => join(stage.folder, 'checkpoints')
  const at = (time: number) => hour.records.findIndex((record) => record.time >= time)

  test('Flink leaves a checkpoint, and findings that are not all', async () => {
    names = stage.names('killed', 'killed', SHARDS)
    const [half, threeQuarters] = [at(FROM + HOUR / 2), at(FROM + (HOUR * 3) / 4)]
    stage.put('killed', hour.records.slice(0, half))
    const flink = await stage.startFlink(names, {
      checkpoints: { folder: checkpoints(), everyMs: 2000 },
    })
    await until('half of the hour is read', flink, () => hasPassed(flink, FROM + HOUR / 2 - 20_000))
    const read = Date.now()
    await until('a checkpoint', flink, async () => {
      const job = await flink.rest.job()
      return job !== undefined && ((await flink.rest.checkpoints(job.id)).latest?.triggered ?? 0) > read
    })
    const before = stage.count(names.findings)
    stage.put('killed', hour.records.slice(half, threeQuarters))
    await until('it has found more since', flink, () => stage.count(names.findings) > before + 100)
    await flink.kill()
    killedAt = Date.now()
    expect(await flink.ended).toMatchObject({ signal: 'SIGKILL' })
    atKill = found(names)
    const { missing, ...rest } = compareFindings(expected.texts, atKill.texts)
    expect(rest).toEqual({ unexpected: [], different: [] })
    expect(missing.length).toBeGreaterThan(1000)
    // Sent while it is away.
    stage.put('killed', [
      ...hour.records.slice(threeQuarters),
      ...closers(FROM + HOUR + CLOSES_AFTER, SHARDS),
    ])
  })

  test('restored from the checkpoint, it ends with the same findings: none is lost, none says something else', async () => {
    const before = stage.count(names.findings) + stage.count(names.deadLetters)
    await using flink = await stage.startFlink(names, {
      checkpoints: { folder: checkpoints(), everyMs: 2000 },
      restoreFrom: lastCheckpoint(checkpoints()),
    })
    await untilSettled(stage, flink, names, { time: CLOSED, before })
    const job = await flink.rest.job()
    expect(await flink.rest.checkpoints(job?.id ?? '')).toMatchObject({ restored: 1 })

    const all = found(names)
    expect(compareFindings(expected.texts, all.texts)).toEqual(SAME)
    expect(all.contradicted).toEqual([])
    const undisturbed = stage.names('killed', 'killed-embedded')
    expect(await embeddedRun(stage, undisturbed)).toMatchObject({ late: 0, deadLetters: hour.broken })
    expect(distinctLetters(stage.texts(names.deadLetters))).toEqual(
      distinctLetters(stage.texts(undisturbed.deadLetters)),
    )
    written('killed and restored', names, all)
  })

  test('begun anew without the checkpoint, findings are missing: the comparison would say so', async () => {
    const control = stage.names('killed', 'control')
    await using flink = await stage.startFlink(control, { source: startAt(killedAt) })
    await untilSettled(stage, flink, control, { time: CLOSED })
    const { texts } = found(control)
    const { missing } = compareFindings(expected.texts, new Map([...texts, ...atKill.texts]))
    expect(texts.size).toBeGreaterThan(1000)
    expect(missing.length).toBeGreaterThan(0)
  })

  test('what was compared is written down', () => {
    expect(rows).toHaveLength(2)
    writeParitySection('flink-1-hour', {
      title: 'The rules on Flink',
      text: `The application's jar on a Flink in one process (parallelism 2, ${SHARDS} shards of which one has nine sixteenths of the
users), fed from the local Kinesis API and writing to it, against the embedded engine on the same streams: a labelled hour of
${hour.events.toLocaleString('en-US')} events with every attack and every hard case, with records among them that are no events. All columns of all
findings are compared, of each id the first record. Killed in the middle and begun anew without its checkpoint, it misses
findings, and the comparison says so.`,
      tables: [
        {
          columns: ['what happens', 'events', 'broken records', 'findings', 'dead letters', 'differences'],
          rows,
        },
      ],
    })
  })
})
