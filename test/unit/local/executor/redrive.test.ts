import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Machine } from '../../../../local/executor/definition.ts'
import { TaskError } from '../../../../local/executor/task-error.ts'
import { closeRoom, openRoom, type Room, task } from './executor-harness.ts'

let room: Room
afterEach(() => closeRoom(room))

const one = (name: string, resource: string, rest?: object) => ({
  StartAt: name,
  States: { [name]: task(resource, rest) },
})

/** Tasks that fail until they are mended. */
function mendable(names: readonly string[]) {
  const broken = new Set(names)
  const run = (name: string, answer: unknown) => () => {
    if (broken.has(name)) throw new TaskError('Boom', name)
    return answer
  }
  return { run, mend: () => broken.clear() }
}

describe('a redriven execution', () => {
  it('goes on at the state that failed, with the same input, and does nothing again that was done', async () => {
    const { run, mend } = mendable(['b'])
    room = openRoom({
      tasks: { 'a:a': run('a', { n: 1 }), 'a:b': run('b', { n: 2 }), 'a:c': run('c', { n: 3 }) },
    })
    const machine = {
      StartAt: 'A',
      States: {
        A: task('a:a', { ResultPath: '$.a', Next: 'B' }),
        B: task('a:b', { ResultPath: '$.b', Next: 'C' }),
        C: task('a:c', { ResultPath: '$.c', End: true }),
      },
    }
    expect((await room.run(machine, { given: true })).status).toBe('FAILED')
    mend()
    const record = await room.redrive()
    expect(record).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      error: null,
      output: { given: true, a: { n: 1 }, b: { n: 2 }, c: { n: 3 } },
    })
    expect(room.called).toEqual(['a:a', 'a:b', 'a:b', 'a:c'])
    expect(room.ended.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED'])
  })

  it('keeps the definition with which it was started', async () => {
    const { run, mend } = mendable(['b'])
    room = openRoom({ tasks: { 'a:b': run('b', 'old'), 'a:new': run('new', 'new') } })
    await room.run(one('A', 'a:b'))
    mend()
    void (await room.run(one('A', 'a:new'), {}, { name: 'other' }))
    expect((await room.redrive()).output).toBe('old')
  })

  it('has its retries again, and its time', async () => {
    const tasks = {
      'a:b': () => {
        throw new TaskError('Busy', '')
      },
    }
    room = openRoom({ tasks })
    const retry = [{ ErrorEquals: ['Busy'], MaxAttempts: 2 }]
    await room.run(one('A', 'a:b', { Retry: retry, End: true }))
    expect(room.called.length).toBe(3)
    await room.redrive()
    expect(room.called.length).toBe(6)
  })

  it('knows in its context how often and since when it is redriven, and when its state was entered first', async () => {
    const seen: { RedriveCount: number; RedriveTime?: string; RetryCount: number; EnteredTime: string }[] = []
    const tasks = {
      'a:b': (input: never) => {
        seen.push(input)
        if (seen.length < 3) throw new TaskError('Boom', '')
      },
    }
    room = openRoom({ tasks })
    const Parameters = {
      'RedriveCount.$': '$$.Execution.RedriveCount',
      'EnteredTime.$': '$$.State.EnteredTime',
      'execution.$': '$$.Execution',
    }
    await room.run(one('A', 'a:b', { Parameters, End: true }))
    await room.redrive()
    const record = await room.redrive()
    expect(seen.map(({ RedriveCount }) => RedriveCount)).toEqual([0, 1, 2])
    expect(new Set(seen.map(({ EnteredTime }) => EnteredTime)).size).toBe(1)
    expect(seen[0]).not.toHaveProperty('execution.RedriveTime')
    expect(seen[2]).toMatchObject({
      execution: { RedriveTime: record.redrivenAt, StartTime: record.startedAt },
    })
  })

  it('of a Parallel runs only the branches that failed or were aborted', async () => {
    const { run, mend } = mendable(['bad'])
    let isSlow = true
    const tasks = {
      'a:done': run('done', 'kept'),
      'a:bad': async () => {
        await sleep(20)
        return run('bad', 'mended')()
      },
      'a:slow': (_: never, signal: AbortSignal) => {
        const wait = isSlow ? 60_000 : 0
        isSlow = false
        return sleep(wait, 'slow', { signal })
      },
    }
    room = openRoom({ tasks })
    const Branches = [one('Done', 'a:done'), one('Bad', 'a:bad'), one('Slow', 'a:slow')]
    await room.run({ StartAt: 'P', States: { P: { Type: 'Parallel', Branches, End: true } } })
    mend()
    expect((await room.redrive()).output).toEqual(['kept', 'mended', 'slow'])
    expect(room.called).toEqual(['a:done', 'a:bad', 'a:slow', 'a:bad', 'a:slow'])
  })

  it('of Maps in Maps runs only the items that failed, were aborted or had not begun, each where it stood', async () => {
    const { mend, run } = mendable(['b1'])
    const leaf = ({ id }: { id: string }) => run(id, id.toUpperCase())()
    room = openRoom({ tasks: { 'a:first': ({ id }: { id: string }) => ({ id }), 'a:leaf': leaf } })
    const inner = {
      StartAt: 'Inner',
      States: {
        Inner: {
          Type: 'Map',
          MaxConcurrency: 1,
          ItemSelector: { 'id.$': '$$.Map.Item.Value' },
          ItemProcessor: {
            StartAt: 'First',
            States: { First: task('a:first', { Next: 'Leaf' }), Leaf: task('a:leaf') },
          },
          End: true,
        },
      },
    }
    const outer = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: inner, End: true }
    const machine: Machine = { StartAt: 'Outer', States: { Outer: outer } }
    const input = [['a0', 'a1'], ['b0', 'b1', 'b2'], ['c0']]
    expect((await room.run(machine, input)).error).toEqual({ name: 'Boom', cause: 'b1' })
    const before = room.called.length
    mend()
    expect((await room.redrive()).output).toEqual([['A0', 'A1'], ['B0', 'B1', 'B2'], ['C0']])
    // b1 goes on at Leaf; b2 and c0 begin.
    expect(room.called.slice(before)).toEqual(['a:leaf', 'a:first', 'a:leaf', 'a:first', 'a:leaf'])
  })

  it('runs a Map whole that failed because its output was too large', async () => {
    let size = 200_000
    room = openRoom({ tasks: { 'a:b': () => 'x'.repeat(size) } })
    const map = { Type: 'Map', ItemProcessor: one('I', 'a:b'), End: true }
    const record = await room.run({ StartAt: 'M', States: { M: map } }, [1, 2])
    expect(record.error?.name).toBe('States.DataLimitExceeded')
    size = 10
    expect((await room.redrive()).output).toEqual(['x'.repeat(10), 'x'.repeat(10)])
    expect(room.called.length).toBe(4)
  })

  it('goes on between two states, where its process was killed there', async () => {
    room = openRoom({ tasks: { 'a:a': () => ({ n: 1 }), 'a:b': (input: never) => input } })
    const machine = { StartAt: 'A', States: { A: task('a:a', { Next: 'B' }), B: task('a:b') } }
    const record = await room.run(machine)
    const exit = room.history().findIndex(({ type }) => type === 'TaskStateExited')
    const cut = room.history().slice(0, exit + 1)
    const next = room.restarted()
    next.store.history = () => cut
    next.store.save({ ...record, status: 'FAILED' })
    expect((await next.redrive()).output).toEqual({ n: 1 })
    expect(next.called).toEqual(['a:b'])
  })
})
