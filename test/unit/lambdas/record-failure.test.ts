import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handler } from '../../../lambdas/record-failure/handler.ts'
import { handler as recordRun } from '../../../lambdas/record-run/handler.ts'
import { runRecord } from '../../../lambdas/shared/documents.ts'
import { metrics, publish, putRun, release } from './fakes/documents.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, names, STATE_MACHINE, TOPIC } from './fakes/fake-aws.ts'

const START = Date.parse('2026-01-02T02:00:00Z')
const STOP = Date.parse('2026-01-02T02:10:00Z')
const STARTED = '2026-01-02T02:00:00.000Z'
const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:ecomm-nightly-dev:R1'
const verdict = (action: string, message: string) => ({ rule: 'r', action, value: 1, threshold: 0, message })

/** As EventBridge hands it over; fields that are not read stand in local/events. */
const event = (detail: object = {}) => ({
  'detail-type': 'Step Functions Execution Status Change',
  source: 'aws.states',
  detail: {
    executionArn: EXECUTION,
    stateMachineArn: STATE_MACHINE,
    name: 'R1',
    status: 'FAILED',
    startDate: START,
    stopDate: STOP,
    input: '{"months":["2019-10"]}',
    inputDetails: { included: true },
    output: null,
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: 'REDRIVABLE',
    redriveStatusReason: null,
    error: 'QualityHaltError',
    cause: '{"errorType":"QualityHaltError","errorMessage":"no rows – none"}',
    ...detail,
  },
})

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

const recorded = (run = 'r1') => runRecord.parse(aws.s3.json(LAKE_BUCKET, `control/runs/${run}/run.json`))
const fail = (detail: object = {}) => handler(event(detail))
const told = () => {
  const { Subject = '', Message = '' } = aws.messages.at(-1) ?? {}
  return { subject: Subject, message: Message }
}

function halfANight(): void {
  putRun(aws, 'csv-2019-10.metrics', metrics())
  putRun(aws, 'csv-2019-10.gate', { subject: 'csv-2019-10', verdicts: [verdict('warn', 'Prices look odd.')] })
  putRun(aws, 'sales_per_day-2019-10.tests', { subject: 'sales', verdicts: [] })
}

describe('a night that failed', () => {
  it('is recorded as far as it came, and told to the operators', async () => {
    halfANight()
    await fail()
    expect(recorded()).toMatchObject({
      status: 'failed',
      startedAt: STARTED,
      endedAt: '2026-01-02T02:10:00.000Z',
      release: null,
      martsBuilt: 1,
      error: { name: 'QualityHaltError', cause: 'no rows – none' },
      slices: [{ curated: 1000 }],
    })
    expect(aws.messages).toHaveLength(1)
    expect(aws.messages[0]?.TopicArn).toBe(TOPIC)
    const { subject, message } = told()
    expect(subject).toBe('[dev] Lakehouse night FAILED: QualityHaltError')
    expect(message).toMatch(/^QualityHaltError: no rows – none/)
    expect(message).toContain('execution R1 of ecomm-nightly-dev, state unknown: see its history')
    expect(message).toContain('had curated 1 slices and built 1 mart months')
    expect(message).toContain('- csv-2019-10: Prices look odd.')
    expect(message).toContain(EXECUTION)
  })

  it('is told once, though events may come twice', async () => {
    expect(await fail()).toEqual({ told: true })
    expect(await fail()).toEqual({ told: false })
    expect(aws.messages).toHaveLength(1)
  })

  it('is told again where it could be told but not recorded, and where a redrive failed too', async () => {
    await fail()
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/runs/r1/run.json`)
    await fail()
    await fail({ stopDate: STOP + 60_000, redriveCount: 1 })
    expect(aws.messages).toHaveLength(3)
    expect(told().message).toContain('redriven once')
    expect(recorded().endedAt).toBe('2026-01-02T02:11:00.000Z')
  })

  it('stays untold and unrecorded where the topic does not answer, so that the event comes again', async () => {
    const { SNSClient } = await import('@aws-sdk/client-sns')
    vi.spyOn(SNSClient.prototype as unknown as { send: () => Promise<never> }, 'send').mockRejectedValueOnce(
      new Error('KMSThrottling'),
    )
    await expect(fail()).rejects.toThrow('KMSThrottling')
    await fail()
    expect(aws.messages).toHaveLength(1)
  })

  it('before it did anything is recorded too', async () => {
    await fail({ error: 'States.Timeout', cause: null })
    expect(recorded()).toMatchObject({
      slices: [],
      error: { name: 'States.Timeout', cause: 'no cause was given' },
    })
    expect(told().message).toContain('Analysts see nothing: no release is published yet.')
  })

  it('after it published says so', async () => {
    publish(aws, release({ release: 'r1' }))
    await fail({ error: 'IngestionFailedError', cause: 'no capacity' })
    expect(recorded()).toMatchObject({ status: 'failed', release: 'r1' })
    expect(told().message).toContain('Analysts see release r1: it was published before the failure.')
  })

  it('because its name was taken leaves the other night’s record alone', async () => {
    halfANight()
    await recordRun({ run: 'r1', execution: EXECUTION, startedAt: '2025-01-01T00:00:00.000Z' })
    const before = recorded()
    await fail({ error: 'InvalidInputError' })
    expect(recorded()).toEqual(before)
    expect(told().message).not.toContain('had curated')
  })

  it('has a subject that SNS takes', async () => {
    await fail({ error: `Fehlerübersicht\n${'x'.repeat(200)}` })
    expect(told().subject).toMatch(/^[ -~]{100}$/)
    expect(told().subject).toContain('Fehler?bersicht?x')
  })
})

describe('a night that was redriven', () => {
  it('and published keeps that record, though the event of its failure comes late', async () => {
    await recordRun({ run: 'r1', execution: EXECUTION, startedAt: STARTED, release: { release: 'r1' } })
    await fail()
    expect(recorded().status).toBe('published')
    expect(aws.messages).toHaveLength(1)
  })

  it('ends with the record of its success', async () => {
    await fail()
    await recordRun({
      run: 'r1',
      execution: EXECUTION,
      startedAt: '2026-01-02T02:00:00Z',
      release: { release: 'r1' },
    })
    expect(recorded()).toMatchObject({ status: 'published', error: null })
  })

  it('and failed again keeps the later record', async () => {
    await fail({ stopDate: STOP + 60_000, error: 'Later' })
    await fail()
    expect(recorded().error?.name).toBe('Later')
  })
})

describe('what to type', () => {
  const redrive = `aws stepfunctions redrive-execution --region us-east-1 --execution-arn ${EXECUTION}`
  const anew = `aws stepfunctions start-execution --region us-east-1 --state-machine-arn ${STATE_MACHINE} --input '{"months":["2019-10"]}'`

  it('is the redrive where going on is of use, or a new start', async () => {
    await fail({ error: 'CrawlFailedError' })
    expect(told().message).toContain(redrive)
    expect(told().message).toContain(anew)
  })

  it('is a new start alone where going on would fail again', async () => {
    await fail()
    expect(told().message).not.toContain('redrive-execution')
    expect(told().message).toContain(anew)
  })

  it('is a new start where Step Functions would not redrive, with its reason', async () => {
    await fail({
      error: 'CrawlFailedError',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution history event limit exceeded',
    })
    expect(told().message).toContain('can not be redriven: Execution history event limit exceeded')
    expect(told().message).not.toContain('redrive-execution')
  })

  it('is the redrive of the execution that has started it, where there is one', async () => {
    const parent = EXECUTION.replace(names.nightly, names.backfill)
    const input = JSON.stringify({ months: ['2019-10'], AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: parent })
    await fail({ input })
    expect(told().message).toContain('Execution R1 of ecomm-backfill-dev has started it, and fails with it.')
    expect(told().message).toContain(`redrive-execution --region us-east-1 --execution-arn ${parent}\n`)
    expect(told().message).not.toContain('start-execution')
  })

  it('survives a shell, and an input that was too large for the event', async () => {
    await fail({ input: `{"name":"it's"}` })
    expect(told().message).toContain(`--input '{"name":"it'\\''s"}'`)
    await fail({ input: null, stopDate: STOP + 1, inputDetails: { included: false } })
    expect(told().message).toContain(`--input '{}'`)
  })

  it('are the commands of the embedded platform there', async () => {
    vi.stubEnv('OPERATED_BY', 'lake')
    await fail({ error: 'CrawlFailedError', input: '{"months":["2019-10"],"force":true,"dryRun":true}' })
    expect(told().message).toContain('  npm run lake -- redrive R1\n')
    expect(told().message).toContain('  npm run lake -- start --months 2019-10 --force --dry-run\n')
    vi.stubEnv('LAKE_FOLDER', '/srv/my lake')
    await fail({ error: 'CrawlFailedError', input: 'nonsense', stopDate: STOP + 1 })
    expect(told().message).toContain("  npm run lake -- redrive R1 --lake '/srv/my lake'\n")
    expect(told().message).toContain("  npm run lake -- start --lake '/srv/my lake'\n")
    const [executionArn, stateMachineArn] = [EXECUTION, STATE_MACHINE].map((arn) =>
      arn.replace(names.nightly, names.backfill),
    )
    vi.stubEnv('LAKE_FOLDER', '')
    await fail({ error: 'CrawlFailedError', executionArn, stateMachineArn })
    expect(told().message).toContain('  npm run lake -- redrive R1 --machine backfill\n')
  })

  it.each([
    ['backfill', { from: '2019-10', to: '2020-04', force: true }, '--from 2019-10 --to 2020-04 --force'],
    [
      'replay',
      { from: '2026-11-01T10:00:00Z', to: '2026-11-01T11:00:00Z', rate: 50, source: 'backup' },
      '--from 2026-11-01T10:00:00Z --to 2026-11-01T11:00:00Z --rate 50 --backup',
    ],
    ['rollback', { release: 'r7', reason: 'it is bad' }, "r7 --reason 'it is bad'"],
    ['rollback', { resume: true }, '--resume'],
    ['vacuum', { dryRun: true }, '--dry-run'],
    ['nightly', { acceptDeletions: ['2019-10'] }, '--accept-deletions 2019-10'],
  ] as const)('%s has its own options there: %j', async (machine, input, options) => {
    vi.stubEnv('OPERATED_BY', 'lake')
    const stateMachineArn = STATE_MACHINE.replace(names.nightly, names[machine])
    await fail({ stateMachineArn, input: JSON.stringify(input) })
    const command = machine === 'nightly' ? 'start' : machine
    expect(told().message).toContain(`  npm run lake -- ${command} ${options}\n`)
  })

  it('a month of a backfill is recorded, and its backfill tells of it', async () => {
    const executionArn = EXECUTION.replace(names.nightly, names.backfillMonth)
    const stateMachineArn = STATE_MACHINE.replace(names.nightly, names.backfillMonth)
    expect(await fail({ executionArn, stateMachineArn })).toEqual({ told: false })
    expect(aws.messages).toEqual([])
    expect(recorded('month-r1')).toMatchObject({ status: 'failed' })
    const cause = JSON.stringify({
      ExecutionArn: executionArn,
      Status: 'FAILED',
      Error: 'DeletedInputError',
      Cause: '{"errorMessage":"files are gone"}',
    })
    await fail({ error: 'States.TaskFailed', cause })
    expect(told().message).toContain(
      'execution R1 of ecomm-backfill-month-dev ended FAILED: DeletedInputError: files are gone',
    )
    await fail({
      error: 'States.TaskFailed',
      stopDate: STOP + 1000,
      cause: JSON.stringify({ ExecutionArn: executionArn, Status: 'ABORTED' }),
    })
    expect(told().message).toContain('execution R1 of ecomm-backfill-month-dev ended ABORTED\n')
  })
})

describe('an execution', () => {
  it.each([
    ['InvalidInputError', '[dev] Lakehouse night REFUSED: InvalidInputError'],
    ['NightAlreadyRunningError', '[dev] Lakehouse night REFUSED: NightAlreadyRunningError'],
  ])('that was refused (%s) is told as refused', async (error, subject) => {
    await fail({ error })
    expect(told().subject).toBe(subject)
    expect(told().message).toContain('To start anew')
  })

  it.each([
    ['ABORTED', 'It was stopped.'],
    ['TIMED_OUT', 'It ran longer than an execution may.'],
  ])('that ended %s can be redriven', async (status, means) => {
    await fail({ status, error: null, cause: null })
    expect(recorded().error).toEqual({ name: status, cause: 'no cause was given' })
    expect(told().subject).toBe(`[dev] Lakehouse night ${status}`)
    expect(told().message).toContain(means)
    expect(told().message).toContain('redrive-execution')
  })

  it.each([
    ['Glue.AccessDeniedException', /A role may not do what it has to/],
    ['Lambda.TooManyRequestsException', /too busy or out of order/],
    ['Glue.EntityNotFoundException', /A service refused a call/],
    ['TypeError', /that nobody has foreseen/],
  ])('that ended with %s is explained by the form of the name', async (error, means) => {
    await fail({ error })
    expect(told().message).toMatch(means)
  })

  it('of another machine is recorded under a run of its own', async () => {
    const [executionArn, stateMachineArn] = [EXECUTION, STATE_MACHINE].map((arn) =>
      arn.replace(names.nightly, names.vacuum),
    )
    await fail({ executionArn, stateMachineArn })
    expect(recorded('vacuum-r1').status).toBe('failed')
    expect(told().subject).toBe('[dev] Lakehouse vacuum FAILED: QualityHaltError')
    expect(told().message).not.toContain('mart months')
  })
})

describe('where it failed', () => {
  /** Events as they follow each other; each follows the one before unless it says another. */
  const history = (...events: Partial<HistoryEvent>[]): void => {
    events.forEach((details, i) => {
      aws.history.push({
        id: i + 1,
        previousEventId: i,
        timestamp: new Date(STOP),
        ...details,
      } as HistoryEvent)
    })
  }
  const entered = (name: string, type = 'TaskStateEntered') =>
    ({ type, stateEnteredEventDetails: { name } }) as Partial<HistoryEvent>
  const exited = (name: string, type = 'TaskStateExited') =>
    ({ type, stateExitedEventDetails: { name } }) as Partial<HistoryEvent>
  const failed = (error: string, previousEventId?: number) =>
    ({
      type: 'LambdaFunctionFailed',
      lambdaFunctionFailedEventDetails: { error },
      ...(previousEventId !== undefined && { previousEventId }),
    }) as Partial<HistoryEvent>
  const ended = {
    type: 'ExecutionFailed',
    executionFailedEventDetails: { error: 'QualityHaltError' },
  } as const

  it('is found in the history, inside Maps too, where other items failed as well', async () => {
    history(
      { type: 'ExecutionStarted' },
      entered('CurateSlices', 'MapStateEntered'),
      entered('GateSlice'),
      { type: 'LambdaFunctionScheduled', previousEventId: 3 },
      entered('Curate'),
      failed('QualityHaltError', 4),
      {
        type: 'TaskFailed',
        taskFailedEventDetails: { error: 'Glue.Throttled' },
        previousEventId: 5,
      } as never,
      { type: 'MapIterationFailed', previousEventId: 6 },
      { type: 'MapStateFailed', previousEventId: 6 },
      { ...ended, previousEventId: 6 },
    )
    await fail()
    expect(told().subject).toBe('[dev] Lakehouse night FAILED: QualityHaltError in GateSlice')
  })

  it('is where the last error was, when the execution’s own has none of its name', async () => {
    history(entered('StartNight'), failed('Other'), ended)
    await fail({ error: 'States.Runtime' })
    expect(told().subject).toMatch(/ in StartNight$/)
  })

  it('is a Fail state where one ended it', async () => {
    history(entered('Refused', 'FailStateEntered'), ended)
    await fail()
    expect(told().subject).toMatch(/ in Refused$/)
  })

  it('is the state that stayed open, where a redrive did not enter it again', async () => {
    history(
      entered('PlanSlices'),
      exited('PlanSlices'),
      entered('Publish'),
      failed('Before'),
      { type: 'ExecutionFailed' },
      { type: 'ExecutionRedriven', previousEventId: 0 },
      { type: 'LambdaFunctionScheduled' },
      failed('QualityHaltError'),
      ended,
    )
    await fail({ redriveCount: 1 })
    expect(told().subject).toMatch(/ in Publish$/)
  })

  it('is unknown where the history says nothing', async () => {
    history({ type: 'ExecutionStarted' }, { ...ended, previousEventId: 0 })
    await fail()
    expect(told().message).toContain('state unknown')
  })

  it('of what was stopped is all that ran then', async () => {
    history(
      entered('CurateSlices', 'MapStateEntered'),
      entered('Curate'),
      exited('Curate'),
      { type: 'ExecutionAborted' },
      { type: 'ExecutionRedriven' },
      entered('Curate'),
      entered('ReconcileSlice'),
      { type: 'ExecutionAborted' },
    )
    await fail({ status: 'ABORTED', error: null })
    expect(told().subject).toBe('[dev] Lakehouse night ABORTED in ReconcileSlice, Curate')
  })

  it('of a Map that was stopped before its first item is the Map', async () => {
    history(entered('BuildLevels', 'MapStateEntered'), { type: 'ExecutionAborted' })
    await fail({ status: 'ABORTED', error: null })
    expect(told().subject).toMatch(/ in BuildLevels$/)
  })
})
