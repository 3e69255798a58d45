// Installs the real engines where they are missing, and runs the tests against them: npm run test:engines -- [--only spark|trino|both|definition|clients|flink]
import { mkdirSync, mkdtempSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startChild } from '../local/engines/child-process.ts'
import { MissingToolError } from '../local/engines/missing-tool-error.ts'
import { GROUPS_VARIABLE, killLeftGroups, removeScratch } from '../local/engines/process-groups.ts'
import { checkParts, installParts, UsageError } from './engine-parts.ts'

const root = path.resolve(import.meta.dirname, '..')

function options() {
  try {
    return parseArgs({ options: { only: { type: 'string', multiple: true } } }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function wanted(): string[] {
  const only = options().only ?? []
  checkParts(only)
  return only
}

/** What lies there when the tests have ended, however they ended, is removed. */
interface Scratch {
  readonly groups: string
  readonly temporary: string
}

async function vitest(filters: readonly string[], { groups, temporary }: Scratch): Promise<number> {
  let interrupted: NodeJS.Signals | undefined
  const interrupt = (signal: NodeJS.Signals) => {
    interrupted = signal
  }
  // Whoever presses Ctrl-C does not wait for a test's end: its group is killed at once. This is for what follows then.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  const child = await startChild({
    command: process.execPath,
    args: [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      'vitest.engines.config.ts',
      ...filters,
    ],
    folder: root,
    environment: { ...process.env, [GROUPS_VARIABLE]: groups, TMPDIR: temporary },
  })
  const { code } = await child.ended
  // Killed, it leaves the cursor hidden.
  if (interrupted && process.stdout.isTTY) process.stdout.write('\u001b[?25h')
  return interrupted ? 128 + constants.signals[interrupted] : (code ?? 1)
}

async function main(): Promise<number> {
  const only = wanted()
  await installParts(only, (text) => console.log(text))
  const folder = mkdtempSync(path.join(tmpdir(), 'engines-'))
  const scratch = { groups: path.join(folder, 'groups'), temporary: path.join(folder, 'tmp') }
  for (const part of Object.values(scratch)) mkdirSync(part)
  try {
    const code = await vitest(
      only.map((name) => `test/engines/${name}`),
      scratch,
    )
    // Which sections there are is told by the tests that ran to their end; who interrupts them wants no page.
    if (code < 128) await import('./render-parity.ts')
    return code
  } finally {
    killLeftGroups(scratch.groups)
    removeScratch(folder)
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof MissingToolError || error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
