import { beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { runSlices, runs } from '../../../catalog/audit.ts'
import { handler as recordFailure } from '../../../lambdas/record-failure/handler.ts'
import { handler as recordRun } from '../../../lambdas/record-run/handler.ts'
import type { RunRecord } from '../../../lambdas/shared/documents.ts'
import { startedByOf } from '../../../lambdas/shared/execution-facts.ts'
import { recordEnd } from '../../../lambdas/shared/record-end.ts'
import { manifest, metrics, publish, putRun, release } from './fakes/documents.ts'
import { EXECUTION, type FakeAws, fakeAws, LAKE_BUCKET, STATE_MACHINE } from './fakes/fake-aws.ts'

const START = new Date('2026-01-02T02:00:00.123Z')
const FILE = 'ecomm-nightly-dev@r1@20260102T020000123Z.json'
const startedAt = START.toISOString()
const verdict = (action: string) => ({ rule: 'r', action, value: 1, threshold: 0, message: 'Look at it.' })

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  aws.described.set(EXECUTION, { startDate: START, input: '{"startedBy":"ada"}', redriveCount: 0 })
})

/** The rows of an audit file; by the types of its view. */
function rowsOf(table: typeof runs | typeof runSlices, file = FILE): Record<string, unknown>[] {
  const text = aws.s3.text(LAKE_BUCKET, `audit/${table.name}/${file}`) ?? ''
  const rows = text.split('\n').slice(0, -1)
  return rows.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)))
}
const keysOf = (table: string) => aws.s3.keys(LAKE_BUCKET).filter((key) => key.startsWith(`audit/${table}/`))

/** Two slices curated, one of them set aside, one that the run did not come to, one that a backfill had made. */
function aNight(): void {
  const adopted = {
    version: 'csv-2019-01@month-b1',
    source: 'csv',
    month: '2019-01',
    fingerprint: 'f',
    rows: 9,
  }
  putRun(aws, 'plan', {
    slices: ['csv-2019-10', 'csv-2019-11', 'csv-2019-12'],
    adopted: { 'csv-2019-01': adopted },
    unchanged: [],
    notes: ['a note'],
  })
  for (const month of ['2019-10', '2019-11', '2019-12'])
    putRun(
      aws,
      `csv-${month}.manifest`,
      manifest({ slice: `csv-${month}`, month, version: `csv-${month}@r1` }),
    )
  const ofBackfill = manifest({ slice: 'csv-2019-01', month: '2019-01', version: adopted.version })
  aws.s3.putJson(LAKE_BUCKET, 'control/runs/month-b1/csv-2019-01.manifest.json', ofBackfill)
  putRun(aws, 'csv-2019-10.metrics', metrics({ read: 1010, duplicates: 4, quarantined: 6 }))
  putRun(aws, 'csv-2019-10.gate', { subject: 'csv-2019-10', verdicts: [verdict('warn')] })
  putRun(aws, 'csv-2019-10.job', { id: 'jr_1', seconds: 61, dpuSeconds: 120.5 })
  putRun(
    aws,
    'csv-2019-11.metrics',
    metrics({ slice: 'csv-2019-11', version: 'csv-2019-11@r1', month: '2019-11' }),
  )
  putRun(aws, 'csv-2019-11.gate', { subject: 'csv-2019-11', verdicts: [verdict('quarantine')] })
  putRun(aws, 'sales_per_day-2019-10.query', { bytesScanned: 5000, milliseconds: 900 })
  putRun(aws, 'sales_per_day-2019-10.tests', { subject: 'sales', verdicts: [], bytesScanned: 70 })
  const slices = release().slices['csv-2019-10']
  if (slices)
    publish(
      aws,
      release({ release: 'r1', slices: { 'csv-2019-10': { ...slices, version: 'csv-2019-10@r1' } } }),
    )
}
const end = () => recordRun({ run: 'r1', execution: EXECUTION, startedAt, release: { release: 'r1' } })

const failed = (detail: object = {}) =>
  recordFailure({
    detail: {
      executionArn: EXECUTION,
      stateMachineArn: STATE_MACHINE,
      name: 'r1',
      status: 'FAILED',
      startDate: START.getTime(),
      stopDate: START.getTime() + 60_000,
      input: '{}',
      error: 'QualityHaltError',
      cause: 'no rows',
      ...detail,
    },
  })

describe('the row of a run', () => {
  it('has all columns of the view, and says who, when, what and with which figures', async () => {
    aNight()
    await end()
    const [row] = rowsOf(runs)
    expect(Object.keys(row ?? {})).toEqual(Object.keys(runs.columns))
    expect(row).toMatchObject({
      run: 'r1',
      machine: 'ecomm-nightly-dev',
      execution: EXECUTION,
      started_at: '2026-01-02 02:00:00.123',
      started_by: 'ada',
      input: '{"startedBy":"ada"}',
      outcome: 'published',
      release: 'r1',
      redrives: 0,
      slices: 4,
      slices_set_aside: 1,
      marts_built: 1,
      rows_read: 2010,
      rows_curated: 2000,
      rows_duplicate: 4,
      rows_quarantined: 6,
      job_seconds: 61,
      bytes_scanned: 5070,
      error: null,
    })
    expect(row?.warnings).toContain('csv-2019-10: Look at it.')
  })

  it('of a night that found nothing new says so', async () => {
    publish(aws, release())
    await recordRun({ run: 'r1', execution: EXECUTION, startedAt })
    expect(rowsOf(runs)).toMatchObject([{ outcome: 'unchanged', release: 'r0', slices: 0, rows_read: 0 }])
    expect(keysOf('run_slices')).toEqual([])
  })

  it('of a run that failed has its error, and how long it took', async () => {
    aNight()
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/current.json`)
    await failed({ status: 'TIMED_OUT', error: null, cause: null })
    expect(rowsOf(runs)).toMatchObject([
      { outcome: 'timed-out', seconds: 60, release: null, error: 'TIMED_OUT', rows_read: 2010 },
    ])
    expect(rowsOf(runSlices).map(({ slice, outcome }) => `${slice} ${outcome}`)).toEqual([
      'csv-2019-01 adopted',
      'csv-2019-10 curated',
      'csv-2019-11 set-aside',
      'csv-2019-12 planned',
    ])
  })

  it('is replaced by that of its redrive, which counts', async () => {
    aNight()
    await failed()
    expect(rowsOf(runs)).toMatchObject([{ outcome: 'failed', redrives: 0 }])
    aws.described.set(EXECUTION, { startDate: START, redriveCount: 1 })
    await end()
    expect(keysOf('runs')).toEqual([`audit/runs/${FILE}`])
    expect(rowsOf(runs)).toMatchObject([{ outcome: 'published', redrives: 1, error: null }])
  })

  it('is not touched by the event of its failure that comes after its redrive', async () => {
    aNight()
    await end()
    await failed()
    expect(rowsOf(runs)).toMatchObject([{ outcome: 'published' }])
  })

  it('stays beside that of another execution that had the same name', async () => {
    aNight()
    await end()
    await failed({ startDate: START.getTime() + 3_600_000, stopDate: START.getTime() + 3_601_000 })
    expect(keysOf('runs')).toHaveLength(2)
    const other = rowsOf(runs, 'ecomm-nightly-dev@r1@20260102T030000123Z.json')
    expect(other).toMatchObject([{ outcome: 'failed', slices: 0, rows_read: 0 }])
  })

  it('of another machine has its outcome and no slices', async () => {
    const execution = EXECUTION.replace('nightly', 'vacuum')
    aws.described.set(execution, {
      startDate: START,
      stopDate: new Date(START.getTime() + 500),
      redriveCount: 2,
    })
    const record: RunRecord = {
      run: 'vacuum-r1',
      status: 'vacuumed',
      startedAt,
      endedAt: startedAt,
      release: null,
      slices: [],
      setAside: [],
      martsBuilt: 0,
      warnings: ['spared one'],
      error: null,
    }
    await recordEnd({ execution, record })
    expect(aws.s3.json(LAKE_BUCKET, 'control/runs/vacuum-r1/run.json')).toEqual(record)
    expect(rowsOf(runs, FILE.replace('nightly', 'vacuum'))).toMatchObject([
      {
        run: 'vacuum-r1',
        outcome: 'vacuumed',
        seconds: 0.5,
        redrives: 2,
        warnings: ['spared one'],
        input: '{}',
      },
    ])
  })
})

describe('the row of a slice', () => {
  it('has all columns, its input, its counts and how far it came', async () => {
    aNight()
    await end()
    const rows = rowsOf(runSlices)
    for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(runSlices.columns))
    expect(rows).toMatchObject([
      { slice: 'csv-2019-01', version: 'csv-2019-01@month-b1', outcome: 'adopted', rows_read: null },
      {
        run: 'r1',
        slice: 'csv-2019-10',
        source: 'csv',
        month: '2019-10',
        version: 'csv-2019-10@r1',
        fingerprint: 'f1',
        files: 1,
        input_bytes: 100,
        outcome: 'published',
        rows_read: 1010,
        rows_quarantined: 6,
        reject_rate: 6 / 1010,
        first_event: '2019-10-01 00:00:00',
        job_seconds: 61,
      },
      { slice: 'csv-2019-11', outcome: 'set-aside', rows_read: 1000, job_seconds: null },
      { slice: 'csv-2019-12', outcome: 'planned', rows_read: null, reject_rate: null },
    ])
  })

  it('says which one halted the run', async () => {
    aNight()
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/current.json`)
    putRun(aws, 'csv-2019-10.gate', { subject: 'csv-2019-10', verdicts: [verdict('halt')] })
    await failed()
    expect(rowsOf(runSlices).find(({ slice }) => slice === 'csv-2019-10')).toMatchObject({
      outcome: 'halted',
    })
  })
})

describe('what a run cost', () => {
  const SIZING = JSON.stringify({ workerType: 'G.1X', workers: 10, profileNodes: 5 })
  const costs = (file?: string) => rowsOf(runs, file).map(({ cost_usd }) => cost_usd)

  it('is not known where nobody says with what jobs work', async () => {
    aNight()
    await end()
    expect(costs()).toEqual([null])
  })

  it('is that of its slices, by what Glue has counted or the rows, and of all else', async () => {
    vi.stubEnv('SIZING', SIZING)
    aNight()
    await end()
    const slices = rowsOf(runSlices).map(({ slice, cost_usd }) => [slice, cost_usd])
    // 120.5 DPU-seconds; the other one had no job's figures, and Glue bills a minute of ten DPUs at least.
    expect(slices).toEqual([
      ['csv-2019-01', null],
      ['csv-2019-10', ((120.5 / 3600) * 0.44).toFixed(4)],
      ['csv-2019-11', ((600 / 3600) * 0.44).toFixed(4)],
      ['csv-2019-12', null],
    ])
    const [cost] = costs()
    expect(Number(cost)).toBeGreaterThan(0.0147 + 0.0733)
    expect(Number(cost)).toBeLessThan(2)
    expect(String(cost)).toMatch(/^\d+\.\d{4}$/)
  })

  it('is next to nothing for a night that found nothing new', async () => {
    vi.stubEnv('SIZING', SIZING)
    publish(aws, release())
    await recordRun({ run: 'r1', execution: EXECUTION, startedAt })
    expect(Number(costs()[0])).toBeLessThan(0.01)
  })
})

describe('who started an execution', () => {
  it.each([
    ['{"startedBy":"schedule"}', 'schedule'],
    ['{"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID":"arn:parent"}', 'arn:parent'],
    ['{}', null],
    ['{"startedBy":7}', null],
    ['[]', null],
    ['no JSON', null],
    [null, null],
  ])('of the input %s', (input, who) => {
    expect(startedByOf(input)).toBe(who)
  })
})
