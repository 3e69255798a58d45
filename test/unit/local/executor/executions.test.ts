import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Machine } from '../../../../local/executor/definition.ts'
import { ExecutionExistsError } from '../../../../local/executor/execution-store.ts'
import {
  NotRedrivableError,
  UnknownExecutionError,
  UnknownMachineError,
} from '../../../../local/executor/executions-errors.ts'
import { TaskError } from '../../../../local/executor/task-error.ts'
import { closeRoom, openRoom, type Room, type RoomOptions, task } from './executor-harness.ts'

let room: Room
const open = (options: RoomOptions = {}) => {
  room = openRoom(options)
  return room
}
afterEach(() => closeRoom(room))

const A: Machine = { StartAt: 'A', States: { A: task('a:b') } }
const endless = (_: never, signal: AbortSignal) => sleep(10_000, {}, { signal })
const failing = () => {
  throw new TaskError('Boom', 'it broke')
}

describe('an execution', () => {
  it('is a readable record: input, output, error, times', async () => {
    const record = await open({ tasks: { 'a:b': () => ({ n: 2 }) } }).run(A, { given: true })
    expect(record).toMatchObject({
      name: 'r1',
      arn: 'arn:aws:states:us-east-1:000000000000:execution:m:r1',
      machine: 'm',
      status: 'SUCCEEDED',
      input: { given: true },
      output: { n: 2 },
      error: null,
      redriveCount: 0,
    })
    expect(room.store.read('m', 'r1')).toEqual(record)
    expect(room.store.definition(record)).toEqual(A)
    expect(room.ended).toEqual([record])
  })

  it('fails with the name and cause of what a task threw', async () => {
    const record = await open({ tasks: { 'a:b': failing } }).run(A)
    expect(record).toMatchObject({ status: 'FAILED', error: { name: 'Boom', cause: 'it broke' } })
    expect(room.ended).toEqual([record])
  })

  it('is named in numbers where nobody names it', async () => {
    await open().run(A)
    expect(await room.run(A)).toMatchObject({ name: 'r2' })
    expect(await room.run(A, {}, { name: 'tuesday' })).toMatchObject({ name: 'tuesday' })
    expect(room.store.list('m').map(({ name }) => name)).toContain('tuesday')
  })

  it.each(['../x', 'a b', '', '.', 'x'.repeat(81)])('can not be named "%s"', async (name) => {
    await expect(open().run(A, {}, { name })).rejects.toThrow(/can't name an execution/)
  })

  it('of a machine that is not there is refused, and of one that means something else elsewhere too', async () => {
    const starting = open().executions.start({ machine: 'none', input: {} })
    await expect(starting).rejects.toThrow(UnknownMachineError)
    const map = { Type: 'Map', ItemProcessor: { ...A, ProcessorConfig: { Mode: 'DISTRIBUTED' } }, End: true }
    await expect(room.run({ StartAt: 'M', States: { M: map } })).rejects.toThrow(/M is a DISTRIBUTED Map/)
    await expect(room.run({ StartAt: 'A', States: { A: task('a:b', { Assign: {} }) } })).rejects.toThrow(
      'Assign',
    )
    expect(room.store.list('m')).toEqual([])
  })

  it('ends, with the reason, when its history can not be written: nobody could say later what it did', async () => {
    open()
    const openHistory = room.store.openHistory.bind(room.store)
    room.store.openHistory = (record) => {
      const file = openHistory(record)
      const append = file.append.bind(file)
      file.append = (event) => {
        if (event.id > 4) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
        append(event)
      }
      return file
    }
    const machine = { StartAt: 'A', States: { A: task('a:b', { Next: 'B' }), B: task('a:b') } }
    await expect(room.run(machine)).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(room.called.length).toBe(1)
    expect(room.store.read('m', 'r1')).toMatchObject({
      status: 'ABORTED',
      error: { name: 'HistoryNotWritten', cause: 'no space left' },
    })
    // There is room again.
    room.store.openHistory = openHistory
    expect((await room.redrive()).status).toBe('SUCCEEDED')
    expect(room.called.length).toBe(3)
  })
})

describe("an execution's name is an idempotency key", () => {
  it('while it runs: the same input gives the running one, another one is refused', async () => {
    open({ tasks: { 'a:b': endless } })
    const first = room.run(A, { n: 1 }, { name: 'night' })
    await expect.poll(() => room.called.length).toBe(1)
    const again = await room.executions.start({ machine: 'm', name: 'night', input: { n: 1 } })
    expect(again.record.startedAt).toBe(room.store.read('m', 'night')?.startedAt)
    const other = room.executions.start({ machine: 'm', name: 'night', input: { n: 2 } })
    await expect(other).rejects.toThrow(ExecutionExistsError)
    await room.executions.close()
    expect((await again.ended).arn).toBe((await first).arn)
    expect(room.called.length).toBe(1)
  })

  it('that a process took, and was killed before it had written anything, is free', async () => {
    open()
    mkdirSync(room.store.folder('m', 'night'), { recursive: true })
    expect((await room.run(A, {}, { name: 'night' })).status).toBe('SUCCEEDED')
    expect(room.store.list('m')).toHaveLength(1)
  })

  it('and when it has ended it can not be used again', async () => {
    await open().run(A, {}, { name: 'night' })
    await expect(room.run(A, {}, { name: 'night' })).rejects.toThrow(ExecutionExistsError)
  })
})

describe('an execution can be stopped', () => {
  it('by a signal: the running task hears of it, the record has the reason', async () => {
    const controller = new AbortController()
    let heard = false
    const tasks = {
      'a:b': (_: never, signal: AbortSignal) =>
        sleep(10_000, {}, { signal }).catch(() => {
          heard = true
        }),
    }
    setTimeout(() => controller.abort(Object.assign(new Error('by Ctrl-C'), { name: 'Interrupted' })), 20)
    const record = await open({ tasks }).run(A, {}, { signal: controller.signal })
    expect(record).toMatchObject({ status: 'ABORTED', error: { name: 'Interrupted', cause: 'by Ctrl-C' } })
    expect(heard).toBe(true)
  })

  it('before it has begun', async () => {
    const record = await open().run(A, {}, { signal: AbortSignal.abort(new Error('too late')) })
    expect(record.status).toBe('ABORTED')
    expect(room.called).toEqual([])
  })

  it('with an error and a cause, or with none', async () => {
    open({ tasks: { 'a:b': endless } })
    const first = room.run(A)
    await expect.poll(() => room.called.length).toBe(1)
    await room.executions.stop('m', 'r1', { error: 'Wrong', cause: 'file' })
    expect(await first).toMatchObject({ status: 'ABORTED', error: { name: 'Wrong', cause: 'file' } })
    const second = room.run(A)
    await expect.poll(() => room.called.length).toBe(2)
    await room.executions.stop('m', 'r2')
    expect(await second).toMatchObject({ status: 'ABORTED', error: null })
  })

  it('by another process, which asks the one that runs it', async () => {
    open({ tasks: { 'a:b': endless } })
    const running = room.run(A)
    await expect.poll(() => room.called.length).toBe(1)
    const other = openRoom({ root: room.root })
    // As the lock of the lake would say: somebody has it.
    other.store.read = room.store.read.bind(room.store)
    const stopped = await other.executions.stop('m', 'r1', { error: 'Stopped', cause: 'from elsewhere' })
    expect(stopped).toMatchObject({ status: 'ABORTED', error: { name: 'Stopped', cause: 'from elsewhere' } })
    expect(await running).toEqual(stopped)
  })

  it('once: what has ended stays as it is', async () => {
    const record = await open().run(A)
    expect(await room.executions.stop('m', 'r1')).toEqual(record)
    await expect(room.executions.stop('m', 'r9')).rejects.toThrow(UnknownExecutionError)
  })

  it('though its task does not listen: it is given up', async () => {
    const controller = new AbortController()
    const running = open({ tasks: { 'a:b': () => sleep(60) } }).run(A, {}, { signal: controller.signal })
    await expect.poll(() => room.called.length).toBe(1)
    controller.abort(new Error('stop'))
    expect((await running).status).toBe('ABORTED')
  })
})

describe('what a process leaves that is killed', () => {
  const abandoned = async () => {
    open({ tasks: { 'a:b': endless } })
    void room.run(A).catch(() => {})
    await expect.poll(() => room.called.length).toBe(1)
    return room.restarted({ 'a:b': () => ({ n: 1 }) })
  }

  it('is shown as aborted by whoever reads, and written down by who has the lake next', async () => {
    const next = await abandoned()
    expect(next.store.read('m', 'r1')).toMatchObject({ status: 'ABORTED', error: { name: 'ProcessEnded' } })
    expect(next.store.stored('m', 'r1')?.status).toBe('RUNNING')
    const [recovered] = await next.executions.recover()
    expect(recovered).toMatchObject({ status: 'ABORTED', error: { name: 'ProcessEnded' } })
    expect(recovered?.error?.cause).toContain(`process ${process.pid}`)
    expect(next.store.stored('m', 'r1')).toEqual(recovered)
    expect(next.history().at(-1)).toMatchObject({ type: 'ExecutionAborted', previousEventId: 0 })
    expect(next.ended).toEqual([recovered])
    expect(await next.executions.recover()).toEqual([])
    await room.executions.close()
  })

  it('can be redriven then', async () => {
    const next = await abandoned()
    await next.executions.recover()
    expect(await next.redrive()).toMatchObject({ status: 'SUCCEEDED', output: { n: 1 }, redriveCount: 1 })
    await room.executions.close()
  })

  it('keeps the end that its history tells, where only the record was not written any more', async () => {
    const record = await open({ tasks: { 'a:b': failing } }).run(A)
    room.store.save({ ...record, status: 'RUNNING', stoppedAt: null, error: null })
    const next = room.restarted()
    expect(await next.executions.recover()).toMatchObject([
      { status: 'FAILED', error: { name: 'Boom', cause: 'it broke' } },
    ])
    expect(next.history()).toEqual(room.history())
  })
})

describe('a redrive is refused', () => {
  const arn = 'Execution arn:aws:states:us-east-1:000000000000:execution:m:r1'

  it('for what has succeeded, runs, or is not there', async () => {
    await open({ tasks: { 'a:wait': () => sleep(50) } }).run(A)
    await expect(room.redrive()).rejects.toThrow(`${arn} cannot be redriven: Execution is SUCCEEDED`)
    await expect(room.redrive('r9')).rejects.toThrow(UnknownExecutionError)
    const running = room.run({ StartAt: 'W', States: { W: task('a:wait') } }, {}, { name: 'w' })
    await expect.poll(() => room.store.stored('m', 'w')).toBeDefined()
    expect(room.executions.notRedrivable(room.executions.find('m', 'w'))).toMatch(/is RUNNING/)
    await running
  })

  it('after 14 days, after a year, and where the history has no room for it', async () => {
    const record = await open({ tasks: { 'a:b': failing } }).run(A)
    const ago = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString()
    expect(room.executions.notRedrivable(record)).toBeUndefined()
    expect(room.executions.notRedrivable({ ...record, stoppedAt: ago(13.9) })).toBeUndefined()
    expect(room.executions.notRedrivable({ ...record, stoppedAt: ago(14.1) })).toBe(
      'Execution redrivable period exceeded',
    )
    expect(room.executions.notRedrivable({ ...record, startedAt: ago(366) })).toBe(
      'Execution has exceeded the max execution time',
    )
    const [event] = room.history()
    room.store.history = () => Array.from({ length: 24_999 }, () => event as never)
    expect(room.executions.notRedrivable(record)).toBe('Execution history event limit exceeded')
  })

  it('where the definition was not kept', async () => {
    const record = await open({ tasks: { 'a:b': failing } }).run(A)
    room.store.definition = () => undefined
    await expect(room.redrive()).rejects.toThrow(NotRedrivableError)
    expect(room.executions.notRedrivable(record)).toMatch(/before the launch of RedriveExecution/)
  })
})

describe("a redrive's client token", () => {
  it('makes a repeated request the same redrive, whatever has become of it', async () => {
    await open({ tasks: { 'a:b': failing } }).run(A)
    const ask = (token: string) => room.executions.redrive({ machine: 'm', name: 'r1', token })
    const first = await ask('a')
    expect((await ask('a')).at).toBe(first.at)
    await expect(ask('b')).rejects.toThrow(/is RUNNING/)
    await first.ended
    expect((await ask('a')).at).toBe(first.at)
    expect(room.executions.find('m', 'r1').redriveCount).toBe(1)
    const second = await ask('b')
    expect((await second.ended).redriveCount).toBe(2)
    expect((await ask('a')).at).toBe(first.at)
  })
})
