import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startChild } from '../../../../local/engines/child-process.ts'
import { GROUPS_VARIABLE, killLeftGroups } from '../../../../local/engines/process-groups.ts'
import { temporaryFolder } from './fake-program.ts'
import { isRunning } from './is-running.ts'

const ENGINES = join(import.meta.dirname, '../../../../local/engines')
const CHILD_PROCESS = join(ENGINES, 'child-process.ts')
const PROCESS_GROUPS = join(ENGINES, 'process-groups.ts')

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

/** A program that starts FAMILY, and ends as `how` says. */
function parentScript(folder: string, how = ''): string {
  const script = join(folder, 'parent.ts')
  const scratch = join(folder, 'scratch')
  writeFileSync(
    script,
    `import { mkdirSync } from 'node:fs'
import { startChild } from ${JSON.stringify(CHILD_PROCESS)}
import { addScratch } from ${JSON.stringify(PROCESS_GROUPS)}
addScratch(${JSON.stringify(scratch)})
mkdirSync(${JSON.stringify(scratch)})
await startChild({ command: 'sh', args: ['-c', ${JSON.stringify(FAMILY)}], folder: ${JSON.stringify(folder)}, log: ${JSON.stringify(join(scratch, 'log'))} })
setTimeout(() => {
  if ('${how}' === 'exit') process.exit(0)
  if ('${how}' === 'throw') throw new Error('unforeseen')
}, 300)
setInterval(() => undefined, 1000)`,
  )
  return script
}

test.for(['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'throw'] as const)(
  'no child outlives us, and no temporary file: %s',
  async (how) => {
    const folder = temporaryFolder()
    const parent = spawn(process.execPath, [parentScript(folder, how)], { stdio: 'ignore' })
    const grandchild = await pidIn(folder)
    if (how === 'SIGINT' || how === 'SIGTERM' || how === 'SIGHUP') parent.kill(how)
    const [code] = await once(parent, 'close')
    expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129, exit: 0, throw: 1 }[how])
    await expect.poll(() => isRunning(grandchild)).toBe(false)
    expect(existsSync(join(folder, 'scratch'))).toBe(false)
  },
)

test('no child outlives us, also where we are killed by force', async () => {
  const folder = temporaryFolder()
  const parent = spawn(process.execPath, [parentScript(folder)], { stdio: 'ignore' })
  const grandchild = await pidIn(folder)
  parent.kill('SIGKILL')
  await once(parent, 'close')
  await expect.poll(() => isRunning(grandchild)).toBe(false)
})

test('a group is known in its folder while it lives, and can be ended by that', async () => {
  const folder = temporaryFolder()
  const groups = join(folder, 'groups')
  vi.stubEnv(GROUPS_VARIABLE, groups)
  onTestFinished(() => void vi.unstubAllEnvs())
  const child = await startShell(folder, FAMILY)
  const grandchild = await pidIn(folder)
  expect(readdirSync(groups)).toEqual([String(child.pid)])
  expect(killLeftGroups(groups)).toBe(1)
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' })
  await expect.poll(() => isRunning(grandchild)).toBe(false)
  expect(readdirSync(groups)).toEqual([])
})
