import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Machine } from '../../../../local/executor/definition.ts'
import { ExecutionStore } from '../../../../local/executor/execution-store.ts'
import { Executions } from '../../../../local/executor/executions.ts'
import { shortPause } from '../../../../local/executor/pauses.ts'
import { createTaskDoor } from '../../../../local/executor/task-door.ts'
import { TaskError } from '../../../../local/executor/task-error.ts'
import { Registry } from '../../../../local/registry.ts'
import { registerStatesActions } from '../../../../local/states/actions.ts'

const at = 'arn:aws:states:us-east-1:000000000000'
const work = 'arn:aws:lambda:us-east-1:000000000000:function:work'
const child: Machine = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: work, End: true } } }
const nest = (pattern: string, parameters: object = {}, rest: object = {}): Machine => ({
  StartAt: 'Nest',
  States: {
    Nest: {
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${pattern}`,
      Parameters: { StateMachineArn: `${at}:stateMachine:child`, ...parameters },
      End: true,
      ...rest,
    },
  },
})

let root: string
let executions: Executions
let machines: Record<string, Machine>
let answer: (event: unknown) => unknown
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'children-'))
  machines = { child }
  answer = (event) => event
  const registry = new Registry()
  const invoker = { invoke: async (_: string, event: unknown) => answer(event), settled: async () => {} }
  executions = new Executions({
    region: 'us-east-1',
    account: '000000000000',
    store: new ExecutionStore(root, () => false),
    definitions: async () => ({ machines }),
    door: async () => createTaskDoor(registry, invoker),
    pause: shortPause,
  })
  registerStatesActions(registry, executions)
})
afterEach(async () => {
  await executions.close()
  rmSync(root, { recursive: true, force: true })
})

const run = async (parent: Machine, input: unknown = {}) => {
  machines.parent = parent
  return (await executions.start({ machine: 'parent', input })).ended
}

describe('a child execution', () => {
  it('with .sync:2 gives its description to the parent, input and output as values', async () => {
    const { output } = await run(nest('.sync:2', { 'Input.$': '$', Name: 'c1' }), { months: ['2019-10'] })
    const { startedAt, stoppedAt } = executions.find('child', 'c1')
    expect(output).toEqual({
      ExecutionArn: `${at}:execution:child:c1`,
      Input: { months: ['2019-10'] },
      InputDetails: { Included: true },
      Name: 'c1',
      Output: { months: ['2019-10'] },
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
      StartDate: Date.parse(startedAt),
      StateMachineArn: `${at}:stateMachine:child`,
      Status: 'SUCCEEDED',
      StopDate: Date.parse(String(stoppedAt)),
    })
  })

  it('with .sync gives them as texts', async () => {
    const { output } = await run(nest('.sync', { Input: { n: 1 } }))
    expect(output).toMatchObject({ Input: '{"n":1}', Output: '{"n":1}', Name: 'r1' })
  })

  it('with neither is started and not waited for', async () => {
    answer = () => sleep(100, 'done')
    const { output, stoppedAt } = await run(nest('', { Input: {}, Name: 'c1' }))
    const { startedAt } = executions.find('child', 'c1')
    expect(output).toEqual({ ExecutionArn: `${at}:execution:child:c1`, StartDate: Date.parse(startedAt) })
    await expect.poll(() => executions.find('child', 'c1').status).toBe('SUCCEEDED')
    expect(String(executions.find('child', 'c1').stoppedAt) > String(stoppedAt)).toBe(true)
  })

  it('is named in the parent’s history from the moment it is started', async () => {
    await run(nest('.sync:2', { Name: 'c1' }))
    const events = executions.store.history('parent', 'r1').filter(({ type }) => type.startsWith('Task'))
    expect(events.map(({ type }) => type)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
    ])
    expect(events[3]?.details).toMatchObject({
      resourceType: 'states',
      resource: 'startExecution.sync:2',
      output: { ExecutionArn: `${at}:execution:child:c1` },
    })
  })

  it('that fails is a task that fails, with the child’s description as its cause', async () => {
    answer = () => {
      throw new TaskError('QualityHaltError', 'no rows pass')
    }
    const { error } = await run(nest('.sync:2', { Name: 'c1' }))
    expect(error?.name).toBe('States.TaskFailed')
    expect(JSON.parse(error?.cause ?? '')).toMatchObject({
      Name: 'c1',
      Status: 'FAILED',
      Error: 'QualityHaltError',
      Cause: 'no rows pass',
      RedriveStatus: 'REDRIVABLE',
      Input: '{}',
    })
  })

  it('is stopped with its parent', async () => {
    answer = () => sleep(10_000)
    machines.parent = nest('.sync:2', { Name: 'c1' })
    const { ended } = await executions.start({ machine: 'parent', input: {} })
    await expect.poll(() => executions.store.read('child', 'c1')?.status).toBe('RUNNING')
    await executions.stop('parent', 'r1', { error: 'Stopped' })
    expect((await ended).status).toBe('ABORTED')
    expect(executions.find('child', 'c1')).toMatchObject({
      status: 'ABORTED',
      error: { cause: expect.stringContaining('that was managing this one was aborted') },
    })
  })

  it('whose name is taken, or whose machine is not there, is an error that a state can name', async () => {
    await run(nest('.sync:2', { Name: 'c1' }))
    const taken = await run(nest('.sync:2', { Name: 'c1', Input: { n: 2 } }))
    expect(taken.error?.name).toBe('StepFunctions.ExecutionAlreadyExistsException')
    const gone = await run(nest('', { StateMachineArn: `${at}:stateMachine:none` }))
    expect(gone.error?.name).toBe('StepFunctions.StateMachineDoesNotExistException')
    const sdk = { ...nest('').States.Nest, Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution' }
    const bySdk = await run({ StartAt: 'Nest', States: { Nest: sdk } as never })
    expect(bySdk.error?.name).toMatch(/^Sfn\./)
    expect((await run(nest('.sync:2', { Name: '' }))).error?.name).toBe('States.Runtime')
  })

  it('takes the text of an object for that object, and another text for a text', async () => {
    expect(
      (await run(nest('.sync:2', { 'Input.$': 'States.JsonToString($)' }), { n: 1 })).output,
    ).toMatchObject({
      Output: { n: 1 },
    })
    expect((await run(nest('.sync:2', { Input: 'hello' }))).output).toMatchObject({ Output: 'hello' })
  })
})
