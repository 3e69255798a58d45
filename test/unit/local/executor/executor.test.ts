import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Machine } from '../../../../local/executor/definition.ts'
import { ExecutionExistsError, ExecutionStore } from '../../../../local/executor/execution-store.ts'
import { createExecutor } from '../../../../local/executor/executor.ts'
import { TaskError } from '../../../../local/executor/task-error.ts'

type Task = (input: never, signal: AbortSignal) => unknown

const task = (resource: string, rest: object = { End: true }) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  ...rest,
})

let root: string
let store: ExecutionStore
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'executor-'))
  store = new ExecutionStore(root, () => false)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function start(definition: Machine, tasks: Record<string, Task>, input: unknown = {}, signal?: AbortSignal) {
  const executor = createExecutor(store, {
    run: async (resource, given, aborted) =>
      tasks[resource.replace('arn:aws:states:::', '')]?.(given as never, aborted) ?? {},
  })
  return executor.run({
    machine: 'm',
    definition,
    name: 'r1',
    arn: 'arn:aws:states:us-east-1:000000000000:execution:m:r1',
    input,
    ...(signal && { signal }),
  })
}

describe('an execution', () => {
  it('runs tasks in the order of the definition and keeps its input, output and history', async () => {
    const record = await start(
      {
        StartAt: 'First',
        States: {
          First: task('a:one', { ResultPath: '$.one', Next: 'Second' }),
          Second: task('a:two', { Parameters: { 'n.$': '$.one.n' }, End: true }),
        },
      },
      { 'a:one': () => ({ n: 1 }), 'a:two': ({ n }: { n: number }) => ({ n: n + 1 }) },
      { given: true },
    )
    expect(record).toMatchObject({
      status: 'SUCCEEDED',
      input: { given: true },
      output: { n: 2 },
      error: null,
    })
    expect(store.read('m', 'r1')).toEqual(record)
    expect(
      store.history('m', 'r1').map(({ type, state }) => [type, state].filter(Boolean).join(' ')),
    ).toEqual([
      'ExecutionStarted',
      'StateEntered First',
      'StateExited First',
      'StateEntered Second',
      'StateExited Second',
      'ExecutionSucceeded',
    ])
  })

  it('gives tasks the name of the execution from the context', async () => {
    const { output } = await start(
      {
        StartAt: 'A',
        States: { A: task('a:b', { Parameters: { 'run.$': '$$.Execution.Name' }, End: true }) },
      },
      { 'a:b': (input) => input },
    )
    expect(output).toEqual({ run: 'r1' })
  })

  it('retries what the definition names, and only that', async () => {
    let calls = 0
    const definition = {
      StartAt: 'A',
      States: {
        A: task('a:b', {
          Retry: [{ ErrorEquals: ['Throttled'], IntervalSeconds: 60, MaxAttempts: 2 }],
          End: true,
        }),
      },
    }
    const flaky = () => {
      calls += 1
      if (calls < 3) throw new TaskError('Throttled', 'slow down')
      return { calls }
    }
    expect(await start(definition, { 'a:b': flaky })).toMatchObject({
      status: 'SUCCEEDED',
      output: { calls: 3 },
    })
  })

  it('fails with the name and cause of what a task threw', async () => {
    const record = await start(
      { StartAt: 'A', States: { A: task('a:b') } },
      {
        'a:b': () => {
          throw new TaskError('QualityHaltError', 'no rows pass')
        },
      },
    )
    expect(record).toMatchObject({
      status: 'FAILED',
      error: { name: 'QualityHaltError', cause: 'no rows pass' },
    })
  })

  it('hands a caught error to the failure chain', async () => {
    const record = await start(
      {
        StartAt: 'A',
        States: {
          A: task('a:b', {
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Tell' }],
            End: true,
          }),
          Tell: task('a:tell', { ResultPath: null, Next: 'Failed' }),
          Failed: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
        },
      },
      {
        'a:b': () => {
          throw new TaskError('Boom', 'it broke')
        },
      },
    )
    expect(record).toMatchObject({ status: 'FAILED', error: { name: 'Boom', cause: 'it broke' } })
  })

  it('runs a Map inside a Map with what the item selectors pass on', async () => {
    const seen: string[] = []
    const inner = (name: string) => ({ StartAt: name, States: { [name]: task('a:leaf') } })
    const record = await start(
      {
        StartAt: 'Outer',
        States: {
          Outer: {
            Type: 'Map',
            ItemsPath: '$.levels',
            MaxConcurrency: 1,
            ItemSelector: { 'marts.$': '$$.Map.Item.Value', 'run.$': '$.run' },
            ItemProcessor: {
              StartAt: 'Inner',
              States: {
                Inner: {
                  Type: 'Map',
                  ItemsPath: '$.marts',
                  MaxConcurrency: 4,
                  ItemSelector: { 'mart.$': '$$.Map.Item.Value', 'run.$': '$.run' },
                  ItemProcessor: inner('Leaf'),
                  End: true,
                },
              },
            },
            End: true,
          },
        },
      },
      {
        'a:leaf': ({ mart, run }: { mart: string; run: string }) => {
          seen.push(`${run}:${mart}`)
          return mart
        },
      },
      { run: 'r1', levels: [['a', 'b'], ['c']] },
    )
    expect(record.output).toEqual([['a', 'b'], ['c']])
    expect(seen).toEqual(['r1:a', 'r1:b', 'r1:c'])
  })

  it('does not end a task after a minute when the definition gives it no timeout', async () => {
    const definition = { StartAt: 'A', States: { A: task('a:b') } }
    await start(definition, { 'a:b': () => sleep(5, {}) })
    expect(definition.States.A).not.toHaveProperty('TimeoutSeconds')
  })

  it('times a task out and tells it so', async () => {
    let aborted = false
    const record = await start(
      { StartAt: 'A', States: { A: task('a:b', { TimeoutSeconds: 0.05, End: true }) } },
      {
        'a:b': (_: never, signal: AbortSignal) =>
          sleep(10_000, {}, { signal }).catch(() => {
            aborted = true
          }),
      },
    )
    expect(record).toMatchObject({ status: 'FAILED', error: { name: 'States.Timeout' } })
    await sleep(20)
    expect(aborted).toBe(true)
  })

  it('can be aborted: the running task hears of it, the record says so', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 20)
    const record = await start(
      { StartAt: 'A', States: { A: task('a:b') } },
      { 'a:b': (_: never, signal: AbortSignal) => sleep(10_000, {}, { signal }) },
      {},
      controller.signal,
    )
    expect(record.status).toBe('ABORTED')
  })
})

describe('a history that can not be written', () => {
  it('ends the execution with the reason instead of going on unseen', async () => {
    let done = 0
    const running = start(
      { StartAt: 'A', States: { A: task('a:b', { Next: 'B' }), B: task('a:b') } },
      {
        'a:b': async () => {
          rmSync(path.join(root, 'executions'), { recursive: true, force: true })
          await sleep(20)
          done += 1
        },
      },
    )
    await expect(running).rejects.toMatchObject({ code: 'ENOENT' })
    await sleep(60)
    expect(done).toBeLessThan(2)
  })
})

describe('the store of executions', () => {
  it('lets a name be used once', async () => {
    const definition = { StartAt: 'A', States: { A: task('a:b') } }
    await start(definition, {})
    await expect(start(definition, {})).rejects.toThrow(ExecutionExistsError)
    expect(store.nextName('m')).toBe('r2')
  })

  it('shows an execution whose process is gone as aborted, whatever has its number now', async () => {
    const record = await start({ StartAt: 'A', States: { A: task('a:b') } }, {})
    store.save({ ...record, status: 'RUNNING', pid: process.pid })
    expect(store.read('m', 'r1')?.status).toBe('RUNNING')
    const afterRestart = new ExecutionStore(root, () => false)
    expect(afterRestart.read('m', 'r1')).toMatchObject({ status: 'ABORTED', error: { name: 'ProcessEnded' } })
    expect(new ExecutionStore(root, () => true).read('m', 'r1')?.status).toBe('RUNNING')
  })

  it('refuses names that leave its folder', () => {
    expect(() => store.read('m', '../x')).toThrow(/can't name an execution/)
  })
})
