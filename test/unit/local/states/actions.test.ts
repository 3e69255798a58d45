import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Machine } from '../../../../local/executor/definition.ts'
import { ExecutionStore } from '../../../../local/executor/execution-store.ts'
import { Executions } from '../../../../local/executor/executions.ts'
import { shortPause } from '../../../../local/executor/pauses.ts'
import { TaskError } from '../../../../local/executor/task-error.ts'
import { registerStatesActions } from '../../../../local/states/actions.ts'
import { clientConfig, openPlatform } from '../temporary-platform.ts'

const at = 'arn:aws:states:us-east-1:000000000000'
const stateMachineArn = `${at}:stateMachine:nightly`
const arn = (name: string) => `${at}:execution:nightly:${name}`
const machine: Machine = {
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: 'arn:aws:states:::a:b', End: true } },
}

let sfn: SFNClient
let executions: Executions
let answer: (signal: AbortSignal) => unknown
beforeEach(async () => {
  answer = () => ({ done: true })
  const root = mkdtempSync(path.join(tmpdir(), 'states-'))
  executions = new Executions({
    region: 'us-east-1',
    account: '000000000000',
    store: new ExecutionStore(root, () => false),
    definitions: async () => ({ machines: { nightly: machine, other: machine } }),
    door: async () => ({ run: async (_, __, signal) => answer(signal) }),
    pause: shortPause,
  })
  const platform = await openPlatform()
  registerStatesActions(platform.registry, executions)
  sfn = new SFNClient(clientConfig(platform))
  onTestFinished(async () => {
    sfn.destroy()
    await executions.close()
    rmSync(root, { recursive: true, force: true })
  })
})

const failing = () => {
  throw new TaskError('Boom', 'it broke')
}
const start = (name: string, input: unknown = {}) =>
  sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }))
const describeIt = (name: string) => sfn.send(new DescribeExecutionCommand({ executionArn: arn(name) }))
const ended = async (name: string) => {
  await expect.poll(async () => (await describeIt(name)).status).not.toBe('RUNNING')
  return describeIt(name)
}

describe("Step Functions' API", () => {
  it('starts an execution in the background and describes it', async () => {
    const { executionArn, startDate } = await start('r1', { n: 1 })
    expect(executionArn).toBe(arn('r1'))
    expect(await ended('r1')).toMatchObject({
      executionArn,
      stateMachineArn,
      name: 'r1',
      status: 'SUCCEEDED',
      startDate,
      stopDate: expect.any(Date),
      input: '{"n":1}',
      inputDetails: { included: true },
      output: '{"done":true}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    })
  })

  it('names one that nobody named, and takes {} for no input', async () => {
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }))
    expect(executionArn).toBe(arn('r1'))
    expect((await ended('r1')).input).toBe('{}')
  })

  it('takes a name for an idempotency key', async () => {
    answer = (signal) => sleep(10_000, {}, { signal })
    const { startDate } = await start('r1', { n: 1 })
    expect((await start('r1', { n: 1 })).startDate).toEqual(startDate)
    await expect(start('r1', { n: 2 })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' })
  })

  it('stops one with an error and a cause', async () => {
    answer = (signal) => sleep(10_000, {}, { signal })
    await start('r1')
    const { stopDate } = await sfn.send(
      new StopExecutionCommand({ executionArn: arn('r1'), error: 'Mine', cause: 'enough' }),
    )
    const described = await describeIt('r1')
    expect(described).toMatchObject({ status: 'ABORTED', stopDate, error: 'Mine', cause: 'enough' })
    expect(described).not.toHaveProperty('output')
    expect(described.redriveStatus).toBe('REDRIVABLE')
  })

  it('redrives one that failed, once for each client token', async () => {
    answer = failing
    await start('r1')
    expect(await ended('r1')).toMatchObject({ status: 'FAILED', error: 'Boom', cause: 'it broke' })
    answer = () => ({ mended: true })
    const redrive = (clientToken: string) =>
      sfn.send(new RedriveExecutionCommand({ executionArn: arn('r1'), clientToken }))
    const { redriveDate } = await redrive('a')
    expect(await ended('r1')).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"mended":true}',
      redriveCount: 1,
      redriveDate,
    })
    expect((await redrive('a')).redriveDate).toEqual(redriveDate)
    await expect(redrive('b')).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: expect.stringContaining('Execution is SUCCEEDED and cannot be redriven'),
    })
  })

  it('lists executions, newest first, all or by status, in pages', async () => {
    await start('r1')
    await ended('r1')
    answer = (signal) => sleep(10_000, {}, { signal })
    await start('r2')
    const list = async (options: object) =>
      sfn.send(new ListExecutionsCommand({ stateMachineArn, ...options }))
    expect((await list({})).executions).toMatchObject([
      { name: 'r2', status: 'RUNNING', executionArn: arn('r2'), startDate: expect.any(Date) },
      { name: 'r1', status: 'SUCCEEDED', stopDate: expect.any(Date), redriveCount: 0 },
    ])
    expect((await list({ statusFilter: 'RUNNING' })).executions?.map(({ name }) => name)).toEqual(['r2'])
    const first = await list({ maxResults: 1 })
    const second = await list({ nextToken: first.nextToken })
    expect(second.executions?.map(({ name }) => name)).toEqual(['r1'])
    expect(second.nextToken).toBeUndefined()
    await expect(list({ nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidToken' })
    await expect(list({ redriveFilter: 'REDRIVEN' })).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('gives a history: payloads as JSON, in pages, newest first, or without payloads', async () => {
    await start('r1', { n: 1 })
    await ended('r1')
    const history = async (options: object = {}) =>
      sfn.send(new GetExecutionHistoryCommand({ executionArn: arn('r1'), ...options }))
    const { events = [] } = await history()
    expect(events).toMatchObject([
      {
        id: 1,
        previousEventId: 0,
        timestamp: expect.any(Date),
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input: '{"n":1}', inputDetails: { truncated: false } },
      },
      { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Work', input: '{"n":1}' } },
      {
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          resourceType: 'a',
          resource: 'b',
          region: 'us-east-1',
          parameters: '{"n":1}',
        },
      },
      { type: 'TaskStarted', taskStartedEventDetails: { resourceType: 'a', resource: 'b' } },
      { type: 'TaskSucceeded', taskSucceededEventDetails: { output: '{"done":true}' } },
      { type: 'TaskStateExited', stateExitedEventDetails: { name: 'Work', output: '{"done":true}' } },
      { type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{"done":true}' } },
    ])
    expect((await history({ reverseOrder: true })).events?.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3, 2, 1])
    const bare = (await history({ includeExecutionData: false })).events ?? []
    expect(bare.map(({ id, type }) => [id, type])).toEqual(events.map(({ id, type }) => [id, type]))
    expect(bare[1]?.stateEnteredEventDetails).toEqual({ name: 'Work' })
    const page = await history({ maxResults: 3 })
    const rest = await history({ maxResults: 10, nextToken: page.nextToken })
    expect([...(page.events ?? []), ...(rest.events ?? [])]).toEqual(events)
  })

  it('describes machines: those that are deployed, and the one that an execution was started with', async () => {
    const { stateMachines } = await sfn.send(new ListStateMachinesCommand())
    expect(stateMachines).toMatchObject([
      { name: 'nightly', stateMachineArn, type: 'STANDARD', creationDate: expect.any(Date) },
      { name: 'other' },
    ])
    const described = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))
    expect(described).toMatchObject({ name: 'nightly', status: 'ACTIVE', type: 'STANDARD' })
    expect(JSON.parse(described.definition ?? '')).toEqual(machine)
    await start('r1')
    const own = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn: arn('r1') }))
    expect(JSON.parse(own.definition ?? '')).toEqual(machine)
  })

  it.each([
    ['an address that is none', new ListExecutionsCommand({ stateMachineArn: 'arn:x' }), 'InvalidArn'],
    [
      'an execution’s address that is none',
      new DescribeExecutionCommand({ executionArn: stateMachineArn }),
      'InvalidArn',
    ],
    [
      'an execution that is not there',
      new DescribeExecutionCommand({ executionArn: arn('r9') }),
      'ExecutionDoesNotExist',
    ],
    [
      'a history that is not there',
      new GetExecutionHistoryCommand({ executionArn: arn('r9') }),
      'ExecutionDoesNotExist',
    ],
    [
      'a stop of what is not there',
      new StopExecutionCommand({ executionArn: arn('r9') }),
      'ExecutionDoesNotExist',
    ],
    [
      'a redrive of what is not there',
      new RedriveExecutionCommand({ executionArn: arn('r9') }),
      'ExecutionDoesNotExist',
    ],
    [
      'a machine that is not there',
      new DescribeStateMachineCommand({ stateMachineArn: `${stateMachineArn}x` }),
      'StateMachineDoesNotExist',
    ],
    [
      'a start of it',
      new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}x` }),
      'StateMachineDoesNotExist',
    ],
    [
      'a list of it',
      new ListExecutionsCommand({ stateMachineArn: `${stateMachineArn}x` }),
      'StateMachineDoesNotExist',
    ],
    [
      'an input that is no JSON',
      new StartExecutionCommand({ stateMachineArn, input: '{' }),
      'InvalidExecutionInput',
    ],
    [
      'an input that is too large',
      new StartExecutionCommand({ stateMachineArn, input: `"${'x'.repeat(262_144)}"` }),
      'ValidationException',
    ],
    ['a name that is none', new StartExecutionCommand({ stateMachineArn, name: 'a b' }), 'InvalidName'],
  ])('refuses %s', async (_, command, name) => {
    await expect(sfn.send(command as ListExecutionsCommand)).rejects.toMatchObject({ name })
  })
})
