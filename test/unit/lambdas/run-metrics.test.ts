import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { beforeEach, describe, expect, it } from 'vitest'
import { newestFileAge } from '../../../lambdas/plan-slices/newest-file-age.ts'
import { handler as recordRun } from '../../../lambdas/record-run/handler.ts'
import { lineSink } from '../../../lambdas/shared/line-sink.ts'
import { stepTimes } from '../../../lambdas/shared/step-times.ts'
import { metrics, publish, putRun, release } from './fakes/documents.ts'
import { isEmf, metricsOf, type SentMetric } from './fakes/emf.ts'
import { EXECUTION, type FakeAws, fakeAws, LAKE_BUCKET } from './fakes/fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

const START = Date.parse('2026-01-02T02:00:00Z')

/** An event `ms` after the start; the one before it is the one with the number before, where nothing else is said. */
const event = (
  id: number,
  ms: number,
  what: { entered?: string; exited?: string },
  previousEventId = id - 1,
): HistoryEvent => ({
  id,
  previousEventId,
  timestamp: new Date(START + ms),
  type: what.entered ? 'TaskStateEntered' : what.exited ? 'TaskStateExited' : 'TaskSucceeded',
  ...(what.entered && { stateEnteredEventDetails: { name: what.entered } }),
  ...(what.exited && { stateExitedEventDetails: { name: what.exited } }),
})

/** A task, then a Map with two items side by side. */
const HISTORY = [
  event(1, 0, {}, 0),
  event(2, 0, { entered: 'PlanSlices' }),
  event(3, 10, {}),
  event(4, 10, { exited: 'PlanSlices' }),
  event(5, 10, { entered: 'CurateSlices' }),
  event(6, 10, { entered: 'Curate' }, 5),
  event(7, 20, { entered: 'Curate' }, 5),
  event(8, 110, {}, 6),
  event(9, 110, { exited: 'Curate' }, 8),
  event(10, 220, {}, 7),
  event(11, 220, { exited: 'Curate' }, 10),
  event(12, 230, { exited: 'CurateSlices' }, 11),
  event(13, 230, { entered: 'RecordRun' }),
]

describe('the times of steps', () => {
  it('are those between entering and leaving, of items of a Map each its own, together', async () => {
    aws.history.push(...HISTORY)
    expect(Object.fromEntries(await stepTimes(EXECUTION))).toEqual({
      PlanSlices: 10,
      CurateSlices: 220,
      Curate: 100 + 200,
    })
  })

  it('leave out states that do nothing themselves', async () => {
    const choice = { ...event(3, 9, { exited: 'Dry run?' }), type: 'ChoiceStateExited' as const }
    aws.history.push(event(1, 0, {}, 0), event(2, 5, { entered: 'Dry run?' }), choice)
    expect([...(await stepTimes(EXECUTION))]).toEqual([])
  })

  it('leave out what is not left yet, and what nobody entered', async () => {
    aws.history.push(
      event(1, 0, {}, 0),
      event(2, 5, { exited: 'Lost' }),
      event(3, 5, { entered: 'RecordRun' }),
    )
    expect([...(await stepTimes(EXECUTION))]).toEqual([])
  })
})

describe('the metrics of a night', () => {
  const sent = async (answer: object = {}): Promise<SentMetric[]> => {
    const lines: string[] = []
    const startedAt = new Date(Date.now() - 90_000).toISOString()
    await lineSink.run(
      (line) => lines.push(line),
      () => recordRun({ run: 'r1', execution: EXECUTION, startedAt, ...answer }),
    )
    return lines.filter(isEmf).flatMap(metricsOf)
  }
  const values = (all: readonly SentMetric[]) =>
    Object.fromEntries(all.map(({ name, value }) => [name, value]))

  it('have its rows, its rate of rejects, its release, its duration and how old the newest event is', async () => {
    putRun(aws, 'csv-2019-10.metrics', metrics({ read: 1000, curated: 980, duplicates: 5, quarantined: 15 }))
    const now = new Date(Date.now() - 3_600_000).toISOString().replace('T', ' ').slice(0, 19)
    aws.s3.putJson(LAKE_BUCKET, 'control/runs/r0/csv-2019-10.metrics.json', metrics({ lastEvent: now }))
    publish(aws, release())
    const all = await sent({ release: { release: 'r1' } })
    expect(values(all)).toMatchObject({
      NightsSucceeded: 1,
      Releases: 1,
      RowsRead: 1000,
      RowsCurated: 980,
      RowsDuplicate: 5,
      RowsQuarantined: 15,
      RejectRate: 1.5,
      MartsBuilt: 0,
    })
    const { RunDuration = 0, NewestEventAge = 0 } = values(all)
    expect(RunDuration).toBeGreaterThanOrEqual(90)
    expect(NewestEventAge).toBeGreaterThanOrEqual(3600)
    expect(NewestEventAge).toBeLessThan(3700)
  })

  it('have no release and no rate where nothing was new, but a success', async () => {
    expect(values(await sent())).toMatchObject({ NightsSucceeded: 1, Releases: 0, RowsRead: 0 })
    expect(values(await sent())).not.toHaveProperty('RejectRate')
    expect(values(await sent())).not.toHaveProperty('NewestEventAge')
  })

  it('have the time of each step, by a dimension', async () => {
    aws.history.push(...HISTORY)
    const steps = (await sent()).filter(({ name }) => name === 'StepDuration')
    expect(steps.map(({ dimensions, value }) => [dimensions.step, value])).toEqual([
      ['PlanSlices', 10],
      ['Curate', 300],
      ['CurateSlices', 220],
    ])
    expect(steps[0]?.dimensions).toEqual({ service: 'record-run', environment: 'dev', step: 'PlanSlices' })
  })
})

describe('the age of the newest raw file', () => {
  const file = (modified?: string) => ({ key: 'k', size: 1, etag: 'e', ...(modified && { modified }) })

  it('is that of the one that was put last', () => {
    const raw = [{ files: [file('2026-01-01T00:00:00Z')] }, { files: [file('2026-01-02T00:00:00Z'), file()] }]
    expect(newestFileAge(raw, Date.parse('2026-01-02T01:00:00Z'))).toBe(3600)
  })

  it('is unknown where there is no file', () => {
    expect(newestFileAge([])).toBeUndefined()
  })
})
