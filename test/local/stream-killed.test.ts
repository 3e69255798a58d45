import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { outboxMessages } from '../../local/stream/runtime/outbox.ts'
import { randomFrom, temporaryFolder } from '../unit/local/temporary-platform.ts'
import { csv, line } from './lake-harness.ts'
import { runCommand } from './run-command.ts'
import { names, persisted } from './stream-path.ts'

/** By hand with many: `STREAM_KILLS=50 STREAM_SEED=7 npx vitest run test/local/stream-killed.test.ts`. */
const KILLS = Number(process.env.STREAM_KILLS ?? 3)
const SEED = Number(process.env.STREAM_SEED ?? 11)

/** Of the time that a run takes: who is killed is not done. */
const EARLY = 0.8

const EVENTS = 10_000
const USERS = 3000
/** Twenty minutes of visitors who look at another product every few minutes. */
const visits = () =>
  csv(
    ...Array.from({ length: EVENTS }, (_, i) =>
      line({
        time: `2019-10-01 ${new Date(i * 120).toISOString().slice(11, 19)} UTC`,
        user: String(1 + ((i * 7) % USERS)),
        product: String(1000 + ((i * 13) % 997)),
        session: `s${(i * 7) % USERS}`,
      }),
    ),
  )
const ATTACKS = ['single-user-flood@1m', 'slow-crawler@3m', 'card-testing@5m', 'session-hopping@9m']

/** Runs the path in a process of its own. It is killed so many milliseconds after it began to run, where that is said. */
async function run(args: readonly string[], killAfter?: number) {
  const file = path.join(import.meta.dirname, 'stream-child.ts')
  const child = spawn(process.execPath, [file, JSON.stringify({ args })])
  const ended = once(child, 'close')
  let out = ''
  const begun = new Promise<void>((resolve) =>
    child.stdout.on('data', (text) => {
      out += text
      if (out.includes(' runs. ')) resolve()
    }),
  )
  if (killAfter !== undefined) {
    await Promise.race([begun, ended])
    await Promise.race([sleep(killAfter), ended])
    child.kill('SIGKILL')
  }
  const [code, signal] = await ended
  return { code, signal, out }
}

async function outcome(root: string) {
  const { out } = await runCommand('alerts', '--lake', root, '--all', '--format', 'json')
  return {
    found: JSON.parse(out) as Record<string, unknown>[],
    raw: persisted(root, names.rawBucket).toSorted(),
    backup: persisted(root, names.backupBucket).toSorted(),
    told: outboxMessages(root, names.incidentsTopic)
      .map(({ Subject }) => Subject)
      .toSorted(),
  }
}

it(`killed ${KILLS} times at random (seed ${SEED}), ends as if it had not been`, {
  timeout: 600_000 + KILLS * 60_000,
}, async () => {
  const folder = temporaryFolder()
  const file = path.join(folder, '2019-Oct.csv')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, visits())
  const command = (root: string) => [
    'stream',
    '--lake',
    root,
    '--csv',
    file,
    '--burst',
    ...ATTACKS.flatMap((attack) => ['--attack', attack]),
  ]
  const [whole, killed] = [path.join(folder, 'whole'), path.join(folder, 'killed')]
  const first = await run(command(whole))
  expect([first.code, first.out]).toEqual([0, expect.not.stringContaining('WRONG')])
  const took = Number(/over after ([\d.]+) s/.exec(first.out)?.[1]) * 1000
  const expected = await outcome(whole)
  expect(expected.raw.length).toBeGreaterThan(EVENTS)
  expect(expected.told.length).toBeGreaterThan(3)

  const random = randomFrom(SEED)
  const kills: string[] = []
  let last = { out: '' }
  for (let left = KILLS; left >= 0; left--) {
    const after = left > 0 ? Math.round(random() * took * EARLY) : undefined
    const ended = await run(command(killed), after)
    kills.push(`${after ?? 'none'} ms: ${ended.signal ?? `ended with ${ended.code}`}`)
    last = ended
    // Also where it was killed on its way out.
    if (ended.out.includes('The input is over')) break
  }
  if (process.env.STREAM_KILLS) process.stdout.write(`${kills.join('\n')}\n`)
  expect(last.out).toContain('The input is over')
  expect(last.out).not.toContain('WRONG')
  expect(last.out).toContain('late 0 ')

  const { found, raw, backup, told } = await outcome(killed)
  const { told: wanted } = expected
  expect(found).toEqual(expected.found)
  expect(raw).toEqual(expected.raw)
  expect(backup).toEqual(expected.backup)
  // A kill between telling and noting that it was told tells once more: never fewer, and one more a kill at most.
  expect([...new Set(told)]).toEqual([...new Set(wanted)])
  expect(told.length).toBeGreaterThanOrEqual(wanted.length)
  expect(told.length - wanted.length).toBeLessThanOrEqual(kills.length - 1)
})
