import aslValidator from 'asl-validator'
import { beforeAll, describe, expect, test } from 'vitest'
import type { MachineKind } from '../../catalog/layout.ts'
import { type Machine, type State, statesOf } from '../../local/executor/definition.ts'
import { HANDLERS } from '../../workflows/handlers.ts'
import { batchMachinesOf } from '../../workflows/machines.ts'
import { violations } from './asl-rules.ts'
import { ACCOUNT, synthesized } from './synthesized.ts'

let batch: ReturnType<typeof synthesized>
beforeAll(() => {
  batch = synthesized()
})
const machineOf = (kind: MachineKind) => batch.machines[batch.names[kind]] as Machine
const stateOf = (kind: MachineKind, name: string): State =>
  Object.fromEntries(statesOf(machineOf(kind)))[name] as State

const KINDS = ['backfill', 'backfillMonth', 'rollback', 'vacuum'] as const

describe.each(KINDS)('the definition of %s', (kind) => {
  test('is valid ASL', () => {
    const { isValid, errorsText } = aslValidator(machineOf(kind), { checkPaths: true, checkArn: true })
    expect(errorsText()).toBe('')
    expect(isValid).toBe(true)
  })

  test('keeps to what all executors share', () => {
    expect(violations(machineOf(kind))).toEqual([])
  })

  test('leaves a failure at its state, where a redrive goes on', () => {
    const states = [...statesOf(machineOf(kind))]
    expect(states.filter(([, { Type }]) => Type === 'Fail')).toEqual([])
    const caught = states.filter(([, { Catch }]) => Catch).map(([name]) => name)
    expect(caught).toEqual(kind === 'rollback' ? ['CreateIngestion'] : [])
  })

  test('retries nothing that only somebody can mend', () => {
    const retried = [...statesOf(machineOf(kind))]
      .filter(([name]) => name !== 'Curate')
      .flatMap(([, { Retry = [] }]) => Retry as { ErrorEquals: string[] }[])
      .flatMap(({ ErrorEquals }) => ErrorEquals)
    const hopeless = ['States.ALL', 'States.TaskFailed', 'InvalidInputError', 'AlreadyRunningError']
    const ours = ['DeletedInputError', 'PublicationHeldError', 'PublicationError', 'RemovalError']
    expect(retried.filter((error) => [...hopeless, ...ours].includes(error))).toEqual([])
  })

  test('begins with a function that is given the execution, under a run of its own', () => {
    const { StartAt, States } = machineOf(kind)
    const prefix = {
      backfill: 'backfill-',
      backfillMonth: 'month-',
      rollback: 'rollback-',
      vacuum: 'vacuum-',
    }
    expect(States[StartAt]?.Parameters).toEqual({
      'execution.$': '$$.Execution.Id',
      'run.$': `States.Format('${prefix[kind]}{}', $$.Execution.Name)`,
      'startedAt.$': '$$.Execution.StartTime',
      'input.$': '$',
    })
  })
})

test('all machines together call every function that is not EventBridge’s, and no other', () => {
  const called = batchMachinesOf(batch.names)
    .flatMap((name) => [...statesOf(batch.machines[name] as Machine)])
    .map(([, { Resource = '' }]) => /:lambda:.*:function:(.*)$/.exec(Resource)?.[1])
  const expected = HANDLERS.filter((handler) => handler !== 'record-failure')
  expect(new Set(called.filter((name) => name !== undefined))).toEqual(
    new Set(expected.map((handler) => batch.names.lambda(handler))),
  )
})

describe('the states that operators and the embedded platform know', () => {
  test.each([
    [
      'backfill',
      'StartBackfill CheckNight Night_running? WaitForNight BackfillMonths BackfillMonth CheckPublication ' +
        'Free_to_publish? WaitToPublish PublishMonths RecordBackfill NotifyBackfill BackfillDone',
    ],
    [
      'backfillMonth',
      'StartMonth UnpackArchives UnpackArchive PlanSlices CurateSlices Curate ReconcileSlice GateSlice ' +
        'Slice_good? RegisterSlice SetAside FinishMonth MonthDone',
    ],
    [
      'rollback',
      'StartRollback Back_or_on? ReleaseHold RollBack RefreshDashboards CreateIngestion WaitForIngestion ' +
        'DescribeIngestion Ingestion_done? IngestionDone IngestionFailed AnotherIngestion RecordRollback ' +
        'NotifyRollback RollbackDone',
    ],
    [
      'vacuum',
      'PlanVacuum Only_planned? VacuumPlanned MarkReleases RemoveVersions RemoveChunk RecordVacuum NotifyVacuum VacuumDone',
    ],
  ] as const)('of %s', (kind, names) => {
    const states = [...statesOf(machineOf(kind))].map(([name]) => name.replaceAll(' ', '_'))
    expect(states.sort()).toEqual(names.split(' ').sort())
  })
})

describe('child executions', () => {
  test('have no name, because a redrive starts them again, and are linked to their parent', () => {
    expect(stateOf('backfill', 'BackfillMonth')).toMatchObject({
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: {
        StateMachineArn: `arn:aws:states:${ACCOUNT.region}:${ACCOUNT.account}:stateMachine:${batch.names.backfillMonth}`,
        Input: {
          'month.$': '$.month',
          'force.$': '$.force',
          'backfill.$': '$.run',
          'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$': '$.execution',
        },
      },
      OutputPath: '$.Output',
    })
    for (const state of ['BackfillMonth', 'PublishMonths'])
      expect(stateOf('backfill', state).Parameters).not.toHaveProperty('Name')
  })

  test('are given more time than their machines have', () => {
    const month = machineOf('backfillMonth').TimeoutSeconds ?? 0
    const night = machineOf('nightly').TimeoutSeconds ?? 0
    expect(stateOf('backfill', 'BackfillMonth').TimeoutSeconds).toBeGreaterThan(month)
    expect(stateOf('backfill', 'PublishMonths').TimeoutSeconds).toBeGreaterThan(night)
    expect(machineOf('backfill').TimeoutSeconds).toBeGreaterThan(month + night)
  })

  test('need exactly the rights that the service asks for', () => {
    const statements = batch
      .ofType('AWS::IAM::Policy')
      .filter(([policy]) => policy.startsWith('MaintenanceBackfillStateMachine'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .map(({ Action, Resource }: { Action: string | string[]; Resource: unknown }) => ({
        actions: [Action].flat(),
        resources: JSON.stringify(Resource),
      }))
    const allowing = (action: string) => statements.filter(({ actions }) => actions.includes(action))
    const { backfillMonth, nightly } = batch.names
    expect(
      allowing('states:StartExecution')
        .map(({ resources }) => resources)
        .join(),
    ).toMatch(new RegExp(`stateMachine:${backfillMonth}".*stateMachine:${nightly}"`))
    for (const action of ['states:DescribeExecution', 'states:StopExecution'])
      expect(
        allowing(action)
          .map(({ resources }) => resources)
          .join(),
      ).toMatch(new RegExp(`execution:${backfillMonth}:\\*".*execution:${nightly}:\\*"`))
    for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'])
      expect(
        allowing(action)
          .map(({ resources }) => resources)
          .join(),
      ).toContain(':rule/StepFunctionsGetEventsForStepFunctionsExecutionRule')
  })

  test('run as many at once as the environment says', () => {
    expect(stateOf('backfill', 'BackfillMonths').MaxConcurrency).toBe(2)
    const prod = synthesized('prod')
    const map = Object.fromEntries(statesOf(prod.machines[prod.names.backfill] as Machine)).BackfillMonths
    expect(map?.MaxConcurrency).toBe(4)
  })
})

test('a month of a backfill curates by the very states of the night', () => {
  // CDK may say at each state what is said of the whole machine.
  const meaningOf = (kind: MachineKind, name: string) =>
    JSON.parse(
      JSON.stringify({ ...stateOf(kind, name), Next: undefined }, (key, value) =>
        key === 'QueryLanguage' ? undefined : value,
      ),
    )
  for (const name of ['UnpackArchives', 'PlanSlices', 'CurateSlices'])
    expect(meaningOf('backfillMonth', name), name).toEqual(meaningOf('nightly', name))
})

test('functions know how long versions stay', () => {
  const environmentOf = (of: typeof batch) => of.functions[of.names.lambda('plan-vacuum')]?.environment
  expect(environmentOf(batch)).toMatchObject({ VACUUM_GRACE_HOURS: '1', VACUUM_UNPUBLISHED_DAYS: '15' })
  expect(environmentOf(synthesized('prod'))).toMatchObject({ VACUUM_GRACE_HOURS: '24' })
})
