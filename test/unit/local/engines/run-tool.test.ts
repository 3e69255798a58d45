import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runTool } from '../../../../local/engines/run-tool.ts'
import { temporaryFolder } from './fake-program.ts'

const shell = (folder: string, script: string, signal?: AbortSignal) =>
  runTool({ command: 'sh', args: ['-c', script], log: join(folder, 'log'), signal })

test('one that ends well leaves no log', async () => {
  const folder = temporaryFolder()
  await shell(folder, `echo said; touch ${folder}/done`)
  expect(readdirSync(folder)).toEqual(['done'])
})

test('one that fails is told with its last lines, or with how it ended', async () => {
  const folder = temporaryFolder()
  await expect(shell(folder, 'seq 9; echo "no route to host" >&2; exit 1')).rejects.toThrow(
    /^6\n7\n8\n9\nno route to host$/,
  )
  await expect(shell(folder, 'exit 3')).rejects.toThrow('it ended with code 3')
  await expect(shell(folder, 'kill -KILL $$')).rejects.toThrow('it ended with SIGKILL')
  expect(readdirSync(folder)).toEqual([])
})

test('one that is not there says so by its code', async () => {
  const log = join(temporaryFolder(), 'log')
  await expect(runTool({ command: '/nowhere/mvn', args: [], log })).rejects.toMatchObject({ code: 'ENOENT' })
  expect(existsSync(log)).toBe(false)
})

test('aborting it ends it', async () => {
  const folder = temporaryFolder()
  const controller = new AbortController()
  const running = shell(folder, `touch ${folder}/started; sleep 60`, controller.signal)
  running.catch(() => undefined)
  await expect.poll(() => existsSync(join(folder, 'started'))).toBe(true)
  controller.abort(new Error('interrupted'))
  await expect(running).rejects.toThrow('interrupted')
})
