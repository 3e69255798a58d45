import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Runs } from '../../../local/runs.ts'
import { temporaryFolder, until } from './temporary-platform.ts'

const ended = (runs: Runs, id: string) =>
  until(async () => {
    const run = runs.get(id)
    return run?.state === 'RUNNING' ? undefined : run
  })

test('a run is RUNNING until its work ends, and then keeps what came of it', async () => {
  const runs = new Runs(temporaryFolder())
  let finish = (_: Record<string, unknown>) => {}
  const started = runs.start('r1', { job: 'a' }, () => new Promise((done) => (finish = done)))
  expect(started.state).toBe('RUNNING')
  expect(runs.running().map(({ id }) => id)).toEqual(['r1'])
  finish({ rows: 3 })
  expect(await ended(runs, 'r1')).toMatchObject({ state: 'SUCCEEDED', detail: { job: 'a', rows: 3 } })
  expect(runs.running()).toEqual([])
})

test('a run whose work throws has FAILED with the reason', async () => {
  const runs = new Runs(temporaryFolder())
  runs.start('r1', {}, async () => {
    throw new Error('disk full')
  })
  expect(await ended(runs, 'r1')).toMatchObject({ state: 'FAILED', error: 'disk full' })
  runs.start('r2', {}, () => Promise.reject('words'))
  expect(await ended(runs, 'r2')).toMatchObject({ state: 'FAILED', error: 'words' })
})

test('stopping and closing abort the work', async () => {
  const runs = new Runs(temporaryFolder())
  const untilAborted = (signal: AbortSignal) =>
    new Promise<Record<string, unknown>>((_, fail) =>
      signal.addEventListener('abort', () => fail(new Error('stop'))),
    )
  runs.start('r1', {}, untilAborted)
  runs.stop('r1')
  expect((await ended(runs, 'r1'))?.state).toBe('STOPPED')
  runs.start('r2', {}, untilAborted)
  await runs.close()
  expect(runs.get('r2')?.state).toBe('STOPPED')
})

test('runs are read from disk again; one whose process is gone has failed', async () => {
  const folder = temporaryFolder()
  const before = new Runs(folder)
  before.start('r1', {}, async () => ({ rows: 1 }))
  await ended(before, 'r1')
  const document = {
    id: 'r2',
    state: 'RUNNING',
    startedAt: '2019-10-01T00:00:00Z',
    detail: {},
    pid: 2 ** 22 + 1,
  }
  writeFileSync(join(folder, 'r2.json'), JSON.stringify(document))
  const after = new Runs(folder)
  expect(after.get('r1')?.state).toBe('SUCCEEDED')
  expect(after.get('r2')).toMatchObject({ state: 'FAILED', error: expect.stringContaining('has ended') })
  expect(after.get('r3')).toBeUndefined()
})

test.each([
  ['of this process, which knows nothing of it, has failed: the id is used again', process.pid, 'FAILED'],
  ['of another process that lives goes on', process.ppid, 'RUNNING'],
])('a run %s', (_, pid, state) => {
  const folder = temporaryFolder()
  const document = { id: 'r1', state: 'RUNNING', startedAt: '2019-10-01T00:00:00Z', detail: {}, pid }
  writeFileSync(join(folder, 'r1.json'), JSON.stringify(document))
  expect(new Runs(folder).get('r1')?.state).toBe(state)
})

test('a run of another process that lives is over for who is alone on the lake', () => {
  const folder = temporaryFolder()
  const pid = process.ppid
  const document = { id: 'r1', state: 'RUNNING', startedAt: '2019-10-01T00:00:00Z', detail: {}, pid }
  writeFileSync(join(folder, 'r1.json'), JSON.stringify(document))
  expect(new Runs(folder, { isAlone: true }).get('r1')?.state).toBe('FAILED')
})

test('a run whose process was killed goes on where its service can do its work again', async () => {
  const folder = temporaryFolder()
  const detail = { view: 'sales' }
  const document = { id: 'r1', state: 'RUNNING', startedAt: '2019-10-01T00:00:00Z', detail, pid: process.pid }
  writeFileSync(join(folder, 'r1.json'), JSON.stringify(document))
  const runs = new Runs(folder)
  runs.goOnWith((run) => async () => ({ copied: run.detail.view }))
  expect(runs.get('r1')?.state).toBe('RUNNING')
  expect(await ended(runs, 'r1')).toMatchObject({
    state: 'SUCCEEDED',
    detail: { view: 'sales', copied: 'sales' },
  })
})

test('an id can not lead out of the folder', () => {
  const folder = join(temporaryFolder(), 'runs')
  mkdirSync(folder)
  const runs = new Runs(folder)
  expect(runs.get('../secret')).toBeUndefined()
  expect(() => runs.start('../secret', {}, async () => ({}))).toThrow(/can't name a run/)
})

test('a run is a file that a person can read', async () => {
  const folder = temporaryFolder()
  const runs = new Runs(folder)
  runs.start('r1', { job: 'a' }, async () => ({}))
  await ended(runs, 'r1')
  expect(readFileSync(join(folder, 'r1.json'), 'utf8')).toContain('"state": "SUCCEEDED"')
})
