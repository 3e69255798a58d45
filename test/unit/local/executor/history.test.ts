import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Machine } from '../../../../local/executor/definition.ts'
import { TaskError } from '../../../../local/executor/task-error.ts'
import { closeRoom, openRoom, type Room, type RoomOptions, task, told } from './executor-harness.ts'

let room: Room
const open = (options: RoomOptions) => {
  room = openRoom(options)
  return room
}
afterEach(() => closeRoom(room))

const failing =
  (message = 'it broke') =>
  () => {
    throw new TaskError('Probe.Failed', message)
  }
const one = (name: string, resource: string) => ({ StartAt: name, States: { [name]: task(resource) } })

/** The sequences and links below are those that Step Functions itself gave for machines of these shapes. */
describe('the history of', () => {
  it('states in a row: the first entry follows from nothing, each exit names its output', async () => {
    const machine: Machine = {
      StartAt: 'Choose',
      States: {
        Choose: { Type: 'Choice', Choices: [], Default: 'Work' },
        Work: task('a:b', { Next: 'Done' }),
        Done: { Type: 'Succeed' },
      },
    }
    await open({ tasks: { 'a:b': () => ({ n: 1 }) } }).run(machine, { given: true })
    expect(told(room.history())).toEqual([
      '1<0 ExecutionStarted',
      '2<0 ChoiceStateEntered Choose',
      '3<2 ChoiceStateExited Choose',
      '4<3 TaskStateEntered Work',
      '5<4 TaskScheduled Work',
      '6<5 TaskStarted Work',
      '7<6 TaskSucceeded Work',
      '8<7 TaskStateExited Work',
      '9<8 SucceedStateEntered Done',
      '10<9 SucceedStateExited Done',
      '11<10 ExecutionSucceeded',
    ])
    expect(room.history().map(({ details }) => details)).toMatchObject([
      { input: { given: true }, roleArn: expect.stringContaining('role') },
      { name: 'Choose', input: { given: true } },
      { name: 'Choose', output: { given: true } },
      { name: 'Work', input: { given: true } },
      { resourceType: 'a', resource: 'b', region: 'us-east-1', parameters: { given: true } },
      { resourceType: 'a', resource: 'b' },
      { resourceType: 'a', resource: 'b', output: { n: 1 } },
      { name: 'Work', output: { n: 1 } },
      { name: 'Done', input: { n: 1 } },
      { name: 'Done', output: { n: 1 } },
      { output: { n: 1 } },
    ])
  })

  it('a task that is tried again and fails', async () => {
    const retry = [{ ErrorEquals: ['Probe.Failed'], IntervalSeconds: 1, MaxAttempts: 1 }]
    await open({ tasks: { 'a:b': failing() } }).run({
      StartAt: 'A',
      States: { A: task('a:b', { Retry: retry, End: true }) },
    })
    expect(told(room.history())).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered A',
      '3<2 TaskScheduled A',
      '4<3 TaskStarted A',
      '5<4 TaskFailed A',
      '6<5 TaskScheduled A',
      '7<6 TaskStarted A',
      '8<7 TaskFailed A',
      '9<8 ExecutionFailed Probe.Failed',
    ])
    expect(room.history().at(-1)?.details).toEqual({ error: 'Probe.Failed', cause: 'it broke' })
  })

  it('functions and .sync integrations, each in its own words', async () => {
    const lambda = 'arn:aws:lambda:us-east-1:000000000000:function:f'
    const machine: Machine = {
      StartAt: 'F',
      States: {
        F: { Type: 'Task', Resource: lambda, TimeoutSeconds: 60, Next: 'Job' },
        Job: task('glue:startJobRun.sync', { Next: 'Refused' }),
        Refused: task('athena:startQueryExecution.sync'),
      },
    }
    const jobs = {
      'glue:startJobRun.sync': (_: never, __: AbortSignal, submitted: (output: never) => void) => {
        submitted({ JobRunId: 'jr' } as never)
        return { JobRunState: 'SUCCEEDED' }
      },
      'athena:startQueryExecution.sync': failing('no such workgroup'),
    }
    await open({ tasks: jobs }).run(machine)
    const types = room
      .history()
      .map(({ type, details = {} }) => [type, details.resource, details.timeoutInSeconds])
    expect(types.filter(([type]) => !/State|Execution/.test(String(type)))).toEqual([
      ['LambdaFunctionScheduled', lambda, 60],
      ['LambdaFunctionStarted', undefined, undefined],
      ['LambdaFunctionSucceeded', undefined, undefined],
      ['TaskScheduled', 'startJobRun.sync', undefined],
      ['TaskStarted', 'startJobRun.sync', undefined],
      ['TaskSubmitted', 'startJobRun.sync', undefined],
      ['TaskSucceeded', 'startJobRun.sync', undefined],
      ['TaskScheduled', 'startQueryExecution.sync', undefined],
      ['TaskStarted', 'startQueryExecution.sync', undefined],
      ['TaskSubmitFailed', 'startQueryExecution.sync', undefined],
    ])
  })

  it('a Parallel of which one branch fails: what is not done is aborted, and follows from the failure', async () => {
    const machine: Machine = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [one('Done', 'a:done'), one('Bad', 'a:bad'), one('Slow', 'a:slow')],
          End: true,
        },
      },
    }
    const tasks = {
      'a:done': () => ({ branch: 'kept' }),
      'a:bad': () => sleep(20).then(failing()),
      'a:slow': (_: never, signal: AbortSignal) => sleep(10_000, {}, { signal }),
    }
    await open({ tasks }).run(machine)
    expect(told(room.history()).slice(0, 3)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered Both',
      '3<2 ParallelStateStarted Both',
    ])
    const failure = room.history().find(({ type }) => type === 'TaskFailed')?.id as number
    expect(told(room.history()).slice(failure - 1)).toEqual([
      `${failure}<9 TaskFailed Bad Both[1]`,
      `${failure + 1}<${failure} TaskStateAborted Bad Both[1]`,
      `${failure + 2}<${failure} TaskStateAborted Slow Both[2]`,
      `${failure + 3}<${failure} ParallelStateFailed Both`,
      `${failure + 4}<${failure + 3} ExecutionFailed Probe.Failed`,
    ])
    // All branches follow from the start of the Parallel.
    const entries = room.history().filter(({ type, frame }) => type === 'TaskStateEntered' && frame)
    expect(entries.map(({ previousEventId }) => previousEventId)).toEqual([3, 3, 3])
  })

  it('a Map of one item at a time that fails, and of its redrive', async () => {
    let isMended = false
    const item = ({ index }: { index: number }) => {
      if (index === 1 && !isMended) throw new TaskError('Probe.Failed', 'item 1')
      return { index }
    }
    const machine: Machine = {
      StartAt: 'Items',
      States: {
        Items: {
          Type: 'Map',
          ItemsPath: '$.items',
          MaxConcurrency: 1,
          ItemProcessor: one('Item', 'a:item'),
          End: true,
        },
      },
    }
    const input = { items: [{ index: 0 }, { index: 1 }, { index: 2 }] }
    await open({ tasks: { 'a:item': item } }).run(machine, input)
    isMended = true
    expect((await room.redrive()).output).toEqual(input.items)
    expect(told(room.history())).toEqual([
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered Items',
      '3<2 MapStateStarted Items',
      '4<3 MapIterationStarted Items[0]',
      '5<4 TaskStateEntered Item Items[0]',
      '6<5 TaskScheduled Item Items[0]',
      '7<6 TaskStarted Item Items[0]',
      '8<7 TaskSucceeded Item Items[0]',
      '9<8 TaskStateExited Item Items[0]',
      '10<9 MapIterationSucceeded Items[0]',
      '11<9 MapIterationStarted Items[1]',
      '12<11 TaskStateEntered Item Items[1]',
      '13<12 TaskScheduled Item Items[1]',
      '14<13 TaskStarted Item Items[1]',
      '15<14 TaskFailed Item Items[1]',
      '16<15 MapIterationFailed Items[1]',
      '17<15 TaskStateAborted Item Items[1]',
      '18<15 MapStateFailed Items',
      '19<18 ExecutionFailed Probe.Failed',
      '20<19 ExecutionRedriven',
      // What was entered is scheduled again from its entry; what had not begun begins.
      '21<12 TaskScheduled Item Items[1]',
      '22<21 TaskStarted Item Items[1]',
      '23<22 TaskSucceeded Item Items[1]',
      '24<23 TaskStateExited Item Items[1]',
      '25<24 MapIterationSucceeded Items[1]',
      '26<24 MapIterationStarted Items[2]',
      '27<26 TaskStateEntered Item Items[2]',
      '28<27 TaskScheduled Item Items[2]',
      '29<28 TaskStarted Item Items[2]',
      '30<29 TaskSucceeded Item Items[2]',
      '31<30 TaskStateExited Item Items[2]',
      '32<31 MapIterationSucceeded Items[2]',
      '33<32 MapStateSucceeded Items',
      '34<32 MapStateExited Items',
      '35<34 ExecutionSucceeded',
    ])
  })

  it('items side by side, of which one fails: the others are told as aborted', async () => {
    const tasks = {
      'a:item': ({ n }: { n: number }, signal: AbortSignal) =>
        n === 1 ? sleep(20).then(failing()) : sleep(10_000, {}, { signal }),
    }
    const map = { Type: 'Map', ItemProcessor: one('Item', 'a:item'), End: true }
    await open({ tasks }).run({ StartAt: 'Items', States: { Items: map } }, [{ n: 0 }, { n: 1 }])
    expect(told(room.history()).slice(-7)).toEqual([
      '12<11 TaskFailed Item Items[1]',
      '13<12 MapIterationFailed Items[1]',
      '14<12 TaskStateAborted Item Items[0]',
      '15<12 MapIterationAborted Items[0]',
      '16<12 TaskStateAborted Item Items[1]',
      '17<12 MapStateFailed Items',
      '18<17 ExecutionFailed Probe.Failed',
    ])
  })

  it('a Map of nothing', async () => {
    const map = { Type: 'Map', ItemProcessor: one('Item', 'a:item'), End: true }
    await open({}).run({ StartAt: 'Items', States: { Items: map } }, [])
    expect(told(room.history()).slice(2, 5)).toEqual([
      '3<2 MapStateStarted Items',
      '4<3 MapStateSucceeded Items',
      '5<3 MapStateExited Items',
    ])
  })

  it('an execution that is stopped: its end follows from nothing', async () => {
    const tasks = { 'a:b': (_: never, signal: AbortSignal) => sleep(10_000, {}, { signal }) }
    const running = open({ tasks }).run(one('A', 'a:b'))
    await expect.poll(() => room.called).toEqual(['a:b'])
    await room.executions.stop('m', 'r1', { error: 'Probe.Abort', cause: 'on purpose' })
    await running
    expect(told(room.history()).slice(3)).toEqual(['4<3 TaskStarted A', '5<0 ExecutionAborted Probe.Abort'])
    expect(room.history().at(-1)?.details).toEqual({ error: 'Probe.Abort', cause: 'on purpose' })
  })

  it('a task and an execution that run out of time', async () => {
    const tasks = { 'a:b': (_: never, signal: AbortSignal) => sleep(10_000, {}, { signal }) }
    const late: Machine = { StartAt: 'A', States: { A: task('a:b', { TimeoutSeconds: 0.02, End: true }) } }
    await open({ tasks }).run(late)
    expect(told(room.history()).slice(4)).toEqual([
      '5<4 TaskTimedOut A',
      '6<5 ExecutionFailed States.Timeout',
    ])
    const record = await room.run({ ...one('A', 'a:b'), TimeoutSeconds: 0.02 })
    expect(record.status).toBe('TIMED_OUT')
    expect(told(room.history('r2')).slice(4)).toEqual(['5<0 ExecutionTimedOut States.Timeout'])
  })

  it('a Fail state, which a redrive fails again without entering it again', async () => {
    const failed = { Type: 'Fail', Error: 'Probe.Explicit', Cause: 'as drawn' }
    await open({}).run({ StartAt: 'F', States: { F: failed } })
    await room.redrive()
    expect(told(room.history())).toEqual([
      '1<0 ExecutionStarted',
      '2<0 FailStateEntered F',
      '3<2 ExecutionFailed Probe.Explicit',
      '4<3 ExecutionRedriven',
      '5<4 ExecutionFailed Probe.Explicit',
    ])
  })
})
