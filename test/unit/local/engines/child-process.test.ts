import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChild } from '../../../../local/engines/child-process.ts'
import { GROUPS_VARIABLE, killLeftGroups } from '../../../../local/engines/process-groups.ts'
import { temporaryFolder } from './fake-program.ts'
import { isRunning } from './is-running.ts'

const CHILD_PROCESS = join(import.meta.dirname, '../../../../local/engines/child-process.ts')

/** A shell that starts a child of its own, writes the child's id into `pid`, and waits. */
const FAMILY = 'sleep 60 & echo $! > pid; wait'

const pidIn = async (folder: string): Promise<number> =>
  await expect
    .poll(() => (existsSync(join(folder, 'pid')) ? Number(readFileSync(join(folder, 'pid'), 'utf8')) : 0))
    .toBeGreaterThan(0)
    .then(() => Number(readFileSync(join(folder, 'pid'), 'utf8')))

const startShell = (folder: string, script: string, signal?: AbortSignal) =>
  startChild({
    command: 'sh',
    args: ['-c', script],
    folder,
    log: join(folder, 'logs/log'),
    ...(signal && { signal }),
  })

test('tells how it ended, and keeps what it printed', async () => {
  const folder = temporaryFolder()
  const child = await startShell(folder, 'echo out; echo err >&2; exit 3')
  expect(await child.ended).toEqual({ code: 3, signal: null })
  expect(readFileSync(join(folder, 'logs/log'), 'utf8')).toBe('out\nerr\n')
})

test('a program that is not there fails at the start', async () => {
  const folder = temporaryFolder()
  const start = startChild({ command: join(folder, 'nothing'), args: [], log: join(folder, 'log') })
  await expect(start).rejects.toThrow('ENOENT')
})

test.for(['stop', 'abort', 'end'] as const)('%s: what it started ends with it', async (how) => {
  const folder = temporaryFolder()
  const controller = new AbortController()
  const script = how === 'end' ? 'sleep 60 & echo $! > pid' : FAMILY
  const child = await startShell(folder, script, controller.signal)
  const grandchild = await pidIn(folder)
  if (how === 'stop') await child.stop()
  if (how === 'abort') controller.abort()
  await child.ended
  await expect.poll(() => isRunning(grandchild)).toBe(false)
})

test('one that ignores the polite signal is ended by force', async () => {
  const folder = temporaryFolder()
  const child = await startShell(folder, "trap '' TERM; echo 1 > pid; while :; do sleep 0.05; done")
  await pidIn(folder)
  expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' })
})

test('nothing starts for a signal that is aborted already', async () => {
  const folder = temporaryFolder()
  await expect(startShell(folder, FAMILY, AbortSignal.abort(new Error('over')))).rejects.toThrow('over')
})

test.for(['SIGINT', 'SIGTERM', 'exit', 'throw'] as const)('no child outlives us: %s', async (how) => {
  const folder = temporaryFolder()
  const script = join(folder, 'parent.ts')
  writeFileSync(
    script,
    `import { startChild } from ${JSON.stringify(CHILD_PROCESS)}
await startChild({ command: 'sh', args: ['-c', ${JSON.stringify(FAMILY)}], folder: ${JSON.stringify(folder)}, log: ${JSON.stringify(join(folder, 'log'))} })
setTimeout(() => {
  if ('${how}' === 'exit') process.exit(0)
  if ('${how}' === 'throw') throw new Error('unforeseen')
}, 300)
setInterval(() => undefined, 1000)`,
  )
  const parent = spawn(process.execPath, [script], { stdio: 'ignore' })
  const grandchild = await pidIn(folder)
  if (how === 'SIGINT' || how === 'SIGTERM') parent.kill(how)
  const [code] = await once(parent, 'close')
  expect(code).toBe({ SIGINT: 130, SIGTERM: 143, exit: 0, throw: 1 }[how])
  await expect.poll(() => isRunning(grandchild)).toBe(false)
})

test('what a killed process could not end, is ended by who started it', async () => {
  const folder = temporaryFolder()
  const script = join(folder, 'parent.ts')
  writeFileSync(
    script,
    `import { startChild } from ${JSON.stringify(CHILD_PROCESS)}
await startChild({ command: 'sh', args: ['-c', ${JSON.stringify(FAMILY)}], folder: ${JSON.stringify(folder)}, log: ${JSON.stringify(join(folder, 'log'))} })
setInterval(() => undefined, 1000)`,
  )
  const groups = join(folder, 'groups')
  const env = { ...process.env, [GROUPS_VARIABLE]: groups }
  const parent = spawn(process.execPath, [script], { stdio: 'ignore', env })
  const grandchild = await pidIn(folder)
  await expect.poll(() => existsSync(groups) && readdirSync(groups)).toHaveLength(1)
  parent.kill('SIGKILL')
  await once(parent, 'close')
  expect(isRunning(grandchild)).toBe(true)
  expect(killLeftGroups(groups)).toBe(1)
  await expect.poll(() => isRunning(grandchild)).toBe(false)
})
