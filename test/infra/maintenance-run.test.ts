import { beforeAll, describe, expect, test } from 'vitest'
import type { Machine } from '../../local/executor/definition.ts'
import { type Answers, NamedError, runNightly } from './run-nightly.ts'
import { synthesized } from './synthesized.ts'

let machines: Readonly<Record<string, Machine>>
let names: ReturnType<typeof synthesized>['names']
beforeAll(() => {
  ;({ machines, names } = synthesized())
})
const inputsOf = (given: [string, unknown][], state: string) =>
  given.filter(([name]) => name === state).map(([, input]) => input)

describe('a backfill', () => {
  const order = {
    execution: 'arn:backfill',
    run: 'backfill-b1',
    startedAt: '2026-01-01T02:00:00Z',
    from: '2019-10',
    to: '2019-11',
    force: true,
    months: ['2019-10', '2019-11'],
    missing: [],
  }
  const result = (month: string) => ({
    ExecutionArn: `arn:${month}`,
    Output: { month, run: `month-${month}`, curated: [], setAside: [], adopted: [], unchanged: [] },
  })
  const allWell = (): Answers => ({
    StartBackfill: () => order,
    CheckNight: () => ({ isRunning: false, night: null }),
    CheckPublication: () => ({ isRunning: false, night: null }),
    BackfillMonth: ({ Input: { month } }) => result(month),
    PublishMonths: () => ({ ExecutionArn: 'arn:night', Output: { what: 'ever' } }),
    RecordBackfill: () => ({ subject: 'done', message: 'all is well' }),
  })
  const run = (answers: Answers = {}) =>
    runNightly(machines[names.backfill] as Machine, { ...allWell(), ...answers }, { from: '2019-10' })

  test('starts a child for each month, then a night for all, and tells', async () => {
    const { given, error, visited } = await run()
    expect(error).toBeUndefined()
    expect(visited.at(-1)).toBe('BackfillDone')
    expect(inputsOf(given, 'BackfillMonth')).toMatchObject([
      { Input: { month: '2019-10', force: true, backfill: 'backfill-b1' } },
      { Input: { month: '2019-11', AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:backfill' } },
    ])
    expect(inputsOf(given, 'PublishMonths')).toMatchObject([
      { Input: { months: ['2019-10', '2019-11'], backfill: 'backfill-b1' } },
    ])
    expect(inputsOf(given, 'RecordBackfill')).toMatchObject([
      {
        ...order,
        results: [{ month: '2019-10' }, { month: '2019-11' }],
        published: { execution: 'arn:night' },
      },
    ])
    expect(inputsOf(given, 'NotifyBackfill')).toMatchObject([{ Subject: 'done', Message: 'all is well' }])
  })

  test('waits for a night before it curates, and for another before it publishes', async () => {
    let asked = 0
    const busy = () => {
      asked += 1
      return { isRunning: asked % 3 !== 0, night: 'n1' }
    }
    const { visited, given, error } = await run({ CheckNight: busy, CheckPublication: busy })
    expect(error).toBeUndefined()
    expect(visited.filter((name) => name === 'WaitForNight')).toHaveLength(2)
    expect(visited.filter((name) => name === 'WaitToPublish')).toHaveLength(2)
    expect(inputsOf(given, 'CheckNight')[0]).toMatchObject({ run: 'backfill-b1', publishes: false })
    expect(inputsOf(given, 'CheckPublication')[0]).toMatchObject({ run: 'backfill-b1', publishes: true })
  })

  test('of which a month fails publishes nothing', async () => {
    const { visited, error } = await run({
      BackfillMonth: () => {
        throw new NamedError('States.TaskFailed', 'halted')
      },
    })
    expect(error).toEqual({ name: 'States.TaskFailed', cause: 'halted' })
    expect(visited).not.toContain('PublishMonths')
  })

  test('while publication is held stops before it publishes', async () => {
    const { visited, error } = await run({
      CheckPublication: () => {
        throw new NamedError('PublicationHeldError', 'held')
      },
    })
    expect(error?.name).toBe('PublicationHeldError')
    expect(visited.at(-1)).toBe('CheckPublication')
  })

  test('whose child finds no room starts it again', async () => {
    let refused = 0
    const { error } = await run({
      BackfillMonth: ({ Input: { month } }) => {
        refused += 1
        if (refused === 1) throw new NamedError('StepFunctions.ExecutionLimitExceededException')
        return result(month)
      },
    })
    expect(error).toBeUndefined()
  })
})

describe('a rollback', () => {
  const state = {
    run: 'rollback-x1',
    execution: 'arn:x1',
    startedAt: '',
    resumes: false,
    target: 'r1',
    from: 'r3',
    reason: null,
    held: null,
  }
  const allWell = (): Answers => ({
    StartRollback: () => state,
    RollBack: () => ({ release: 'r1', ingestions: [{ dataSetId: 'd', ingestionId: 'i' }], warnings: [] }),
    DescribeIngestion: () => ({ Ingestion: { IngestionStatus: 'COMPLETED' } }),
    RecordRollback: () => ({ subject: 's', message: 'm' }),
  })
  const run = (answers: Answers = {}) =>
    runNightly(machines[names.rollback] as Machine, { ...allWell(), ...answers }, { release: 'r1' })

  test('puts the views back, refreshes dashboards, records and tells', async () => {
    const { visited, given, error } = await run()
    expect(error).toBeUndefined()
    expect(visited.at(-1)).toBe('RollbackDone')
    expect(visited).not.toContain('ReleaseHold')
    expect(inputsOf(given, 'RollBack')).toMatchObject([{ target: 'r1', execution: 'arn:x1' }])
    expect(inputsOf(given, 'CreateIngestion')).toMatchObject([{ DataSetId: 'd', IngestionId: 'i' }])
    expect(inputsOf(given, 'RecordRollback')).toMatchObject([{ ...state, release: { release: 'r1' } }])
  })

  test('that ends the hold touches no view', async () => {
    const { visited, given } = await run({ StartRollback: () => ({ ...state, resumes: true, target: null }) })
    expect(visited).toEqual([
      'StartRollback',
      'Back or on?',
      'ReleaseHold',
      'RecordRollback',
      'NotifyRollback',
      'RollbackDone',
    ])
    expect(inputsOf(given, 'RecordRollback')[0]).not.toHaveProperty('release')
  })
})

describe('a vacuum', () => {
  const planned = {
    run: 'vacuum-v1',
    execution: 'arn:v1',
    startedAt: '',
    dryRun: false,
    chunks: [
      { from: 0, to: 50 },
      { from: 50, to: 60 },
    ],
  }
  const run = (answers: Answers = {}) =>
    runNightly(machines[names.vacuum] as Machine, {
      PlanVacuum: () => planned,
      RemoveChunk: ({ chunk: { from, to } }) => ({ partitions: 0, objects: to - from, bytes: 0, spared: [] }),
      RecordVacuum: () => ({ subject: 's', message: 'm' }),
      ...answers,
    })

  test('marks releases before the first chunk goes, and records all of them', async () => {
    const { visited, given, error } = await run()
    expect(error).toBeUndefined()
    expect(visited.indexOf('MarkReleases')).toBeLessThan(visited.indexOf('RemoveChunk'))
    expect(inputsOf(given, 'RemoveChunk')).toMatchObject(
      planned.chunks.map((chunk) => ({ run: 'vacuum-v1', chunk })),
    )
    expect(inputsOf(given, 'RecordVacuum')).toMatchObject([{ removed: [{ objects: 50 }, { objects: 10 }] }])
  })

  test('that is dry ends after the plan', async () => {
    const { visited } = await run({ PlanVacuum: () => ({ ...planned, dryRun: true }) })
    expect(visited).toEqual(['PlanVacuum', 'Only planned?', 'VacuumPlanned'])
  })

  test('that finds nothing says so', async () => {
    const { visited, error } = await run({ PlanVacuum: () => ({ ...planned, chunks: [] }) })
    expect(error).toBeUndefined()
    expect(visited).not.toContain('RemoveChunk')
    expect(visited.at(-1)).toBe('VacuumDone')
  })
})
