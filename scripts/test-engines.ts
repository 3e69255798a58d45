// Installs the real engines where they are missing, and runs the tests against them: npm run test:engines -- [--only spark|trino|definition]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { MissingToolError } from '../local/engines/missing-tool-error.ts'
import { GROUPS_VARIABLE, killLeftGroups } from '../local/engines/process-groups.ts'
import { installSpark } from '../local/spark/install-spark.ts'
import { installTrino } from '../local/trino/install-trino.ts'
import { installCheckers } from '../test/engines/definition/install-checkers.ts'

const root = path.resolve(import.meta.dirname, '..')
const say = (text: string) => console.log(text)

/** An engine is installed by its entry; its tests' files begin with its name. */
const ENGINES: Readonly<Record<string, () => Promise<unknown>>> = {
  spark: () => installSpark({ say }),
  trino: () => installTrino({ say }),
  definition: () => installCheckers({ say }),
}

class UsageError extends Error {}

function wanted(): string[] {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
  for (const name of values.only ?? [])
    if (!Object.hasOwn(ENGINES, name))
      throw new UsageError(`--only takes ${Object.keys(ENGINES).join(' or ')}, not "${name}"`)
  return values.only ?? []
}

/** What lies there when the tests have ended, however they ended, is removed. */
interface Scratch {
  readonly groups: string
  readonly temporary: string
}

async function vitest(filters: readonly string[], { groups, temporary }: Scratch): Promise<number> {
  const program = path.join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(
    process.execPath,
    [program, 'run', '--config', 'vitest.engines.config.ts', ...filters],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, [GROUPS_VARIABLE]: groups, TMPDIR: temporary },
    },
  )
  let interrupted: NodeJS.Signals | undefined
  const pass = (signal: NodeJS.Signals) => {
    interrupted = signal
    child.kill(signal)
    // Vitest waits for its tests; nobody who pressed Ctrl-C does.
    setTimeout(() => child.kill('SIGKILL'), 3000).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass)
  const [code] = await once(child, 'close')
  return interrupted ? 128 + constants.signals[interrupted] : (code ?? 1)
}

async function main(): Promise<number> {
  const only = wanted()
  for (const [name, install] of Object.entries(ENGINES))
    if (only.length === 0 || only.includes(name)) await install()
  const folder = mkdtempSync(path.join(tmpdir(), 'engines-'))
  const scratch = { groups: path.join(folder, 'groups'), temporary: path.join(folder, 'tmp') }
  for (const part of Object.values(scratch)) mkdirSync(part)
  try {
    const code = await vitest(
      only.map((name) => `test/engines/${name}`),
      scratch,
    )
    await import('./render-parity.ts')
    return code
  } finally {
    killLeftGroups(scratch.groups)
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof MissingToolError || error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
