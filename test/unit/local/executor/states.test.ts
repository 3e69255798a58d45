import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Machine } from '../../../../local/executor/definition.ts'
import { realPause } from '../../../../local/executor/pauses.ts'
import { TaskError } from '../../../../local/executor/task-error.ts'
import { closeRoom, openRoom, type Room, type RoomOptions, task } from './executor-harness.ts'

let room: Room
const open = (options: RoomOptions = {}) => {
  room = openRoom(options)
  return room
}
afterEach(() => closeRoom(room))

const machine = (states: Record<string, object>): Machine =>
  ({ StartAt: Object.keys(states)[0] ?? '', States: states }) as Machine
const one = (name: string, resource: string, rest?: object) => machine({ [name]: task(resource, rest) })
const pass = async (fields: object, input: unknown): Promise<unknown> => {
  const record = await (room ? room : open()).run(
    machine({ P: { Type: 'Pass', End: true, ...fields } }),
    input,
  )
  return record.error ?? record.output
}

describe('the way of data through a state', () => {
  afterEach(() => open())

  it('is InputPath, Parameters, ResultSelector, ResultPath, OutputPath', async () => {
    open({ tasks: { 'a:b': ({ n }: { n: number }) => ({ sum: n + 1, waste: true }) } })
    const A = task('a:b', {
      InputPath: '$.envelope.payload',
      Parameters: { 'n.$': '$.n', 'state.$': '$$.State.Name' },
      ResultSelector: { 'sum.$': '$.sum' },
      ResultPath: '$.envelope.result',
      OutputPath: '$.envelope',
      End: true,
    })
    const record = await room.run(machine({ A }), { envelope: { payload: { n: 7 }, keep: 'original' } })
    expect(record.output).toEqual({ payload: { n: 7 }, keep: 'original', result: { sum: 8 } })
  })

  it.each<[object, unknown, unknown]>([
    [{ InputPath: null }, { keep: 1 }, {}],
    [{ OutputPath: null }, { keep: 1 }, {}],
    [{ Result: 99, ResultPath: null }, { keep: 1 }, { keep: 1 }],
    [{ Result: null }, { keep: 1 }, { keep: 1 }],
    [{ Result: 0 }, { keep: 1 }, 0],
    [{ Result: false, ResultPath: '$.is' }, {}, { is: false }],
    [
      { InputPath: '$.payload', Parameters: { 'm.$': '$.n' }, ResultPath: '$.x' },
      { payload: { n: 4 } },
      { payload: { n: 4 }, x: { m: 4 } },
    ],
  ])('as Step Functions has it for a Pass with %j', async (fields, input, output) => {
    expect(await pass(fields, input)).toEqual(output)
  })

  it.each([
    [{ InputPath: '$.gone' }, 'States.Runtime'],
    [{ OutputPath: '$.gone' }, 'States.Runtime'],
    [{ Parameters: { 'n.$': '$.gone' } }, 'States.Runtime'],
    [{ Parameters: { 'n.$': 'States.ArrayLength($.n)' } }, 'States.Runtime'],
    [{ Result: 1, ResultPath: '$.n.child' }, 'States.ReferencePathConflict'],
  ])('fails for a Pass with %j as %s', async (fields, name) => {
    expect(await pass(fields, { n: 4 })).toMatchObject({ name })
  })

  it('says in which state something could not be evaluated', async () => {
    const record = await open().run(machine({ P: { Type: 'Pass', InputPath: '$.gone', End: true } }))
    expect(record.error?.cause).toMatch(
      /^An error occurred while executing the state 'P' \(entered at the event id #2\)\. The JSONPath '\$\.gone'/,
    )
  })

  it('carries at most 256 KiB', async () => {
    open({ tasks: { 'a:b': () => 'x'.repeat(200_000) } })
    const A = task('a:b', { ResultPath: '$.more', End: true })
    const record = await room.run(machine({ A }), { text: 'y'.repeat(100_000) })
    expect(record).toMatchObject({ status: 'FAILED', error: { name: 'States.DataLimitExceeded' } })
  })
})

describe('Choice, Wait, Succeed and Fail', () => {
  it('choose by the first rule that holds, or the default', async () => {
    const choose = {
      Type: 'Choice',
      InputPath: '$.in',
      Choices: [{ Variable: '$.n', NumericGreaterThan: 5, Next: 'Big' }],
      Default: 'Small',
    }
    const end = (Result: string) => ({ Type: 'Pass', Parameters: { 'given.$': '$', Result }, End: true })
    const states = machine({ C: choose, Big: end('big'), Small: end('small') })
    expect((await open().run(states, { in: { n: 6 } })).output).toEqual({ given: { n: 6 }, Result: 'big' })
    expect((await room.run(states, { in: { n: 5 } })).output).toMatchObject({ Result: 'small' })
  })

  it('where no rule holds and there is no default, the execution fails', async () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'C' }] }
    expect((await open().run(machine({ C: choice }), { n: 2 })).error?.name).toBe('States.Runtime')
  })

  it.each([
    [{ Seconds: 3 }, 3000],
    [{ SecondsPath: '$.s' }, 2000],
    [{ SecondsPath: '$.text' }, 1000],
    [{ Timestamp: '2001-01-01T00:00:00Z' }, undefined],
  ])('wait as long as %j says', async (fields, ms) => {
    const waited: number[] = []
    open({ pause: async (pause) => waited.push(pause) })
    const record = await room.run(machine({ W: { Type: 'Wait', ...fields, End: true } }), { s: 2, text: '1' })
    expect(record.status).toBe('SUCCEEDED')
    expect(waited[0]).toBe(ms)
  })

  it('wait until a time', async () => {
    let waited = 0
    open({
      pause: async (ms) => {
        waited = ms
      },
    })
    const at = new Date(Date.now() + 60_000).toISOString()
    await room.run(machine({ W: { Type: 'Wait', TimestampPath: '$.at', End: true } }), { at })
    expect(waited).toBeGreaterThan(55_000)
    const none = await room.run(machine({ W: { Type: 'Wait', SecondsPath: '$.at', End: true } }), {
      at: 'soon',
    })
    expect(none.error?.name).toBe('States.Runtime')
  })

  it('succeed with what OutputPath leaves', async () => {
    const record = await open().run(machine({ S: { Type: 'Succeed', OutputPath: '$.a' } }), { a: [1] })
    expect(record.output).toEqual([1])
  })

  it('fail with an error and a cause, from paths too', async () => {
    const fail = { Type: 'Fail', ErrorPath: '$.error', CausePath: "States.Format('reason: {}', $.why)" }
    const record = await open().run(machine({ F: fail }), { error: 'Own.Failure', why: 'tired' })
    expect(record).toMatchObject({ status: 'FAILED', error: { name: 'Own.Failure', cause: 'reason: tired' } })
  })
})

describe('retries and catchers', () => {
  const busy = (times: number) => {
    let calls = 0
    return () => {
      calls += 1
      if (calls <= times) throw new TaskError('Busy', 'later')
      return { calls }
    }
  }

  it('try again what the definition names, and tell the state how often', async () => {
    const seen: number[] = []
    const flaky = busy(2)
    const tasks = {
      'a:b': ({ retries }: { retries: number }) => {
        seen.push(retries)
        return flaky()
      },
    }
    const rest = {
      Parameters: { 'retries.$': '$$.State.RetryCount' },
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 60, MaxAttempts: 3 }],
      End: true,
    }
    expect((await open({ tasks }).run(one('A', 'a:b', rest))).output).toEqual({ calls: 3 })
    expect(seen).toEqual([0, 1, 2])
  })

  it('wait as long between attempts as they say', async () => {
    const waited: number[] = []
    open({ tasks: { 'a:b': busy(2) }, pause: async (ms) => waited.push(ms) })
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3 }]
    await room.run(one('A', 'a:b', { Retry, End: true }))
    expect(waited).toEqual([2000, 6000])
  })

  it('really wait where the platform is told to', async () => {
    open({ tasks: { 'a:b': busy(1) }, pause: realPause })
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 0.2 }]
    const from = performance.now()
    await room.run(one('A', 'a:b', { Retry, End: true }))
    expect(performance.now() - from).toBeGreaterThan(190)
  })

  it('go on elsewhere with the error in the place of the result, where it is caught', async () => {
    const tasks = { 'a:b': busy(9), 'a:tell': (input: never) => input }
    const Catch = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Tell' }]
    const states = machine({ A: task('a:b', { Catch, End: true }), Tell: task('a:tell') })
    expect((await open({ tasks }).run(states, { n: 1 })).output).toEqual({
      n: 1,
      error: { Error: 'Busy', Cause: 'later' },
    })
  })

  it('catch what fails in a Map or Parallel, and try it again whole', async () => {
    const flaky = busy(1)
    open({ tasks: { 'a:b': flaky, 'a:ok': () => 1 } })
    const Retry = [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }]
    const map = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: one('I', 'a:b'), Retry, End: true }
    expect((await room.run(machine({ M: map }), [1, 2])).output).toEqual([{ calls: 2 }, { calls: 3 }])
    const Branches = [one('X', 'a:ok'), one('Y', 'a:bad')]
    const Catch = [{ ErrorEquals: ['Bad'], Next: 'Done' }]
    room.restarted()
    const parallel = { Type: 'Parallel', Branches, Catch, End: true }
    const bad = open({
      tasks: {
        'a:bad': () => {
          throw new TaskError('Bad', '')
        },
      },
    })
    const record = await bad.run(machine({ P: parallel, Done: { Type: 'Pass', End: true } }))
    expect(record.output).toEqual({ Error: 'Bad', Cause: '' })
  })

  it('never catch what the definition can not mean', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Done' }]
    const A = task('a:b', { Parameters: { 'n.$': '$.gone' }, Catch, End: true })
    const record = await open().run(machine({ A, Done: { Type: 'Succeed' } }))
    expect(record.error?.name).toBe('States.Runtime')
  })

  it('name what is thrown by its name, whoever throws it', async () => {
    class QualityHaltError extends Error {
      override name = 'QualityHaltError'
    }
    const tasks = {
      'a:b': () => {
        throw new QualityHaltError('no rows pass')
      },
    }
    expect((await open({ tasks }).run(one('A', 'a:b'))).error).toEqual({
      name: 'QualityHaltError',
      cause: 'no rows pass',
    })
  })
})

describe('time', () => {
  it('is over for a task when the definition says so: it is told, and tried again', async () => {
    const told: boolean[] = []
    let calls = 0
    const tasks = {
      'a:b': async (_: never, signal: AbortSignal) => {
        calls += 1
        if (calls > 1) return 'in time'
        await sleep(10_000, {}, { signal }).catch(() => told.push(signal.aborted))
        return 'too late'
      },
    }
    const Retry = [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }]
    const record = await open({ tasks }).run(one('A', 'a:b', { TimeoutSeconds: 0.05, Retry, End: true }))
    expect(record.output).toBe('in time')
    expect(told).toEqual([true])
  })

  it('can come from the input', async () => {
    const tasks = { 'a:b': (_: never, signal: AbortSignal) => sleep(10_000, {}, { signal }) }
    const A = task('a:b', { TimeoutSecondsPath: '$.limit', End: true })
    expect((await open({ tasks }).run(machine({ A }), { limit: 0.02 })).error?.name).toBe('States.Timeout')
    expect((await room.run(machine({ A }), { limit: 'x' })).error?.name).toBe('States.Runtime')
  })

  it('of the machine itself ends the execution as timed out, whatever it does', async () => {
    const tasks = { 'a:b': (_: never, signal: AbortSignal) => sleep(10_000, {}, { signal }) }
    const slow = { ...one('A', 'a:b'), TimeoutSeconds: 0.05 }
    expect(await open({ tasks }).run(slow)).toMatchObject({
      status: 'TIMED_OUT',
      error: { name: 'States.Timeout', cause: 'the execution took longer than 0.05 s' },
    })
  })
})

describe('a Map', () => {
  const items = (rest: object, resource = 'a:item') =>
    machine({ M: { Type: 'Map', ItemProcessor: one('I', resource), End: true, ...rest } })

  it('gives outputs in the order of items, whichever ends first', async () => {
    const tasks = { 'a:item': async (n: number) => sleep(30 - 10 * n, n) }
    expect((await open({ tasks }).run(items({}), [0, 1, 2])).output).toEqual([0, 1, 2])
  })

  it('selects items, and each knows its own, inside too', async () => {
    const tasks = { 'a:item': (input: never) => input }
    const inner = one('I', 'a:item', {
      Parameters: { 'given.$': '$', 'index.$': '$$.Map.Item.Index', 'value.$': '$$.Map.Item.Value.n' },
      End: true,
    })
    const map = {
      ItemsPath: '$.list',
      ItemSelector: { 'n.$': '$$.Map.Item.Value.n', 'run.$': '$.run' },
      ItemProcessor: inner,
      ResultSelector: { 'first.$': '$[0]' },
      ResultPath: '$.out',
    }
    const record = await open({ tasks }).run(items(map), { run: 'r1', list: [{ n: 5 }] })
    expect(record.output).toMatchObject({
      run: 'r1',
      out: { first: { given: { n: 5, run: 'r1' }, index: 0, value: 5 } },
    })
  })

  it.each([
    [2, 2],
    [0, 40],
    [undefined, 40],
  ])('with MaxConcurrency %s runs %i at once', async (MaxConcurrency, most) => {
    let running = 0
    let peak = 0
    const tasks = {
      'a:item': async () => {
        running += 1
        peak = Math.max(peak, running)
        await sleep(5)
        running -= 1
      },
    }
    await open({ tasks }).run(
      items({ MaxConcurrency }),
      Array.from({ length: 60 }, (_, i) => i),
    )
    expect(peak).toBe(most)
  })

  it('starts no further item when one has failed, and tells those that run', async () => {
    const seen: number[] = []
    let told = 0
    const tasks = {
      'a:item': async (n: number, signal: AbortSignal) => {
        seen.push(n)
        if (n === 1) {
          await sleep(20)
          throw new TaskError('Boom', 'item 1')
        }
        await sleep(10_000, {}, { signal }).catch(() => {
          told += 1
        })
      },
    }
    const record = await open({ tasks }).run(items({ MaxConcurrency: 3 }), [0, 1, 2, 3, 4])
    expect(record.error).toEqual({ name: 'Boom', cause: 'item 1' })
    expect(seen).toEqual([0, 1, 2])
    expect(told).toBe(2)
  })

  it.each([null, { n: 1 }, 'text'])('of %j is an error: it takes a list', async (list) => {
    const record = await open().run(items({ ItemsPath: '$.list' }), { list })
    expect(record.error?.name).toBe('States.Runtime')
  })
})

describe('the 25,000 events of a history', () => {
  it('end an execution that goes round for ever', async () => {
    const loop = machine({ A: { Type: 'Pass', Next: 'A' } })
    const record = await open().run(loop)
    expect(record).toMatchObject({
      status: 'FAILED',
      error: {
        name: 'States.Runtime',
        cause: 'The execution reached the maximum number of history events (25000).',
      },
    })
    expect(room.history()).toHaveLength(25_000)
    await expect(room.redrive()).rejects.toThrow('Execution history event limit exceeded')
  })
})
