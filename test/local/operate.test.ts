import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../local/cli/exit-codes.ts'
import { csv, goodLines } from './lake-harness.ts'
import { runCommand as command } from './run-command.ts'

const MAIN = path.resolve(import.meta.dirname, '../../local/cli/main.ts')
const folder = mkdtempSync(path.join(tmpdir(), 'lake-operate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const good = path.join(folder, '2019-Oct.csv')
writeFileSync(good, csv(...goodLines(60)))

/** A night in a process of its own, as somebody starts it at a terminal. */
function startedIn(root: string): { child: ChildProcess; said: () => string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [MAIN, 'start', '--raw', good, '--lake', root])
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (out += chunk))
  return { child, said: () => out, ended: once(child, 'exit').then(([code]) => code) }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10)
}

describe('a night that somebody ends', () => {
  it('by Ctrl-C ends cleanly, says what goes on with it, and goes on with that', async () => {
    const root = path.join(folder, 'interrupted')
    const { child, said, ended } = startedIn(root)
    await until(() => said().includes('PlanSlices'))
    child.kill('SIGINT')
    expect(await ended).toBe(EXIT.interrupted)
    expect(said()).toMatch(/r1: ABORTED in /)
    expect(said()).toContain(`npm run lake -- redrive r1 --lake ${path.relative('.', root)}`)
    expect(said()).toContain('Nothing was published.')

    const { code, out } = await command('redrive', '--lake', root)
    expect(code).toBe(EXIT.success)
    expect(out).toContain('Redrive 1 of r1 (ecomm-nightly-dev), which had ended ABORTED:')
    expect(out).not.toContain('archives to unpack')
    expect(out).toContain('Release r1')
    const { out: list } = await command('executions', '--format', 'csv', '--lake', root)
    expect(list.split('\n')[1]).toMatch(/^r1,SUCCEEDED,.*,1,$/)
  })

  it('by "lake stop" in another terminal ends too, with the cause that is given', async () => {
    const root = path.join(folder, 'stopped')
    const { said, ended } = startedIn(root)
    await until(() => said().includes('PlanSlices'))
    const stopped = await command('stop', '--cause', 'wrong file', '--lake', root)
    expect(stopped).toMatchObject({ code: EXIT.success, out: 'r1: ABORTED\n' })
    expect(await ended).toBe(EXIT.interrupted)
    expect((await command('show', 'r1', '--lake', root)).out).toContain('error   Stopped: wrong file')
    expect((await command('stop', 'r1', '--lake', root)).out).toBe('r1 does not run: it is ABORTED\n')
  })

  it('by killing its process is recorded as aborted by the next command that writes, and goes on', async () => {
    const root = path.join(folder, 'killed')
    const { child, said, ended } = startedIn(root)
    await until(() => said().includes('PlanSlices'))
    child.kill('SIGKILL')
    await ended
    const { out } = await command('show', '--lake', root)
    expect(out).toMatch(/r1 +ABORTED/)
    expect(out).toContain(`error   ProcessEnded: process ${child.pid} ended before the execution did`)
    expect((await command('redrive', 'r1', '--lake', root)).code).toBe(EXIT.success)
    const { out: history } = await command('show', 'r1', '--history', '--lake', root)
    const types = history
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type)
    expect(types.filter((type) => /^Execution/.test(type))).toEqual([
      'ExecutionStarted',
      'ExecutionAborted',
      'ExecutionRedriven',
      'ExecutionSucceeded',
    ])
  })
})

describe('what can not be redriven or stopped', () => {
  const at = ['--lake', path.join(folder, 'ended')] as const

  it('is said, with what there is instead', async () => {
    expect((await command('start', '--raw', good, ...at)).code).toBe(EXIT.success)
    expect(await command('redrive', ...at)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('no execution of ecomm-nightly-dev is one for that'),
    })
    expect((await command('redrive', 'r1', ...at)).err).toContain(
      'Execution is SUCCEEDED and cannot be redriven',
    )
    expect((await command('redrive', 'r9', ...at)).err).toContain('there is no execution r9')
    expect((await command('stop', ...at)).code).toBe(EXIT.usage)
    expect((await command('executions', '--machine', 'backfill', ...at)).out).toBe('(no rows)\n')
    expect((await command('show', '--machine', 'backfill', ...at)).err).toMatch(
      /nothing has run yet of ecomm-backfill-dev; --machine names another one: ecomm-nightly-dev/,
    )
  })
})
