import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fakeProgram, temporaryFolder } from '../unit/local/engines/fake-program.ts'
import { isRunning } from '../unit/local/engines/is-running.ts'
import { type FakeTrino, fakeTrino } from '../unit/local/trino/fake-trino.ts'
import { csv, goodLines } from './lake-harness.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Starts a program of this project as a person would, and lets a test interrupt it. */
function start(script: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
  const clean = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_OPTIONS|NODE_V8|JAVA)/.test(name),
  )
  const child = spawn(process.execPath, [path.join(ROOT, script), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(clean), ...environment },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code, said }))
  return { kill: (signal: NodeJS.Signals) => child.kill(signal), ended, said: () => said }
}

const numberIn = (file: string): number =>
  existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) || 0 : 0
const appears = (what: () => unknown) => expect.poll(what).toBeTruthy()

/** A lake with a raw file, and a Trino that is none. */
function prepare(options: { readonly answers: boolean }) {
  const folder = temporaryFolder()
  const lake = path.join(folder, 'lake')
  const raw = path.join(folder, '2019-Oct.csv')
  mkdirSync(lake)
  writeFileSync(raw, csv(...goodLines(50)))
  return { folder, lake, raw, trino: fakeTrino(folder, options) }
}

function nothingIsLeft(lake: string, { pidFile }: FakeTrino): void {
  expect(isRunning(numberIn(pidFile))).toBe(false)
  expect(readdirSync(path.join(lake, 'work'))).toEqual([])
}

const MAIN = 'local/cli/main.ts'

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a night is interrupted while Trino starts: %s',
  async (signal) => {
    const { lake, raw, trino } = prepare({ answers: false })
    const night = start(MAIN, ['start', '--raw', raw, '--lake', lake, '--athena', 'trino'], trino.environment)
    await appears(() => numberIn(trino.pidFile))
    night.kill(signal)
    const { code, said } = await night.ended
    expect(code).toBe(signal === 'SIGHUP' ? 129 : 130)
    expect(said).not.toMatch(/ at |did not start/)
    nothingIsLeft(lake, trino)
  },
)

test.for(['SIGINT', 'SIGTERM'] as const)(
  'a night is interrupted in a statement of Trino: %s',
  async (signal) => {
    const { lake, raw, trino } = prepare({ answers: true })
    const night = start(MAIN, ['start', '--raw', raw, '--lake', lake, '--athena', 'trino'], trino.environment)
    await appears(() => existsSync(trino.asked))
    expect(readFileSync(trino.asked, 'utf8')).toMatch(/CREATE TABLE/)
    night.kill(signal)
    const { code, said } = await night.ended
    expect(code).toBe(130)
    expect(said).toMatch(/r1: ABORTED/)
    nothingIsLeft(lake, trino)
  },
)

test.for(['SIGINT', 'SIGTERM'] as const)('a query is interrupted: %s', async (signal) => {
  const { lake, trino } = prepare({ answers: true })
  const query = start(MAIN, ['sql', 'select 1', '--lake', lake, '--athena', 'trino'], trino.environment)
  await appears(() => existsSync(trino.asked))
  query.kill(signal)
  const { code, said } = await query.ended
  expect({ code, said }).toEqual({ code: signal === 'SIGINT' ? 130 : 143, said: '' })
  nothingIsLeft(lake, trino)
})

test('a night is interrupted while Trino is installed', async () => {
  const { folder, lake, trino } = prepare({ answers: true })
  const cache = path.join(folder, 'empty')
  const [bin, pid] = [path.join(folder, 'bin'), path.join(folder, 'mvn.pid')]
  for (const name of ['tar', 'unzip']) fakeProgram(path.join(bin, name), 'true')
  fakeProgram(path.join(bin, 'mvn'), `echo $$ > ${pid}; sleep 60`)
  const night = start(MAIN, ['start', '--lake', lake, '--athena', 'trino'], {
    ...trino.environment,
    LAKEHOUSE_CACHE: cache,
    PATH: `${bin}:${process.env.PATH}`,
  })
  await appears(() => numberIn(pid))
  night.kill('SIGTERM')
  expect((await night.ended).code).toBe(130)
  expect(isRunning(numberIn(pid))).toBe(false)
  // A half install, which the next one makes anew: neither lock nor log.
  expect(readdirSync(cache)).toEqual(['trino-476'])
})

/** A Spark that is installed, and whose jobs never end. */
function fakeSpark(folder: string) {
  const pid = path.join(folder, 'spark.pid')
  const python = fakeProgram(
    path.join(folder, 'python'),
    `case "$2" in
venv) site="$3/lib/python3.11/site-packages/pyspark/bin"; mkdir -p "$3/bin" "$site"; cp "$0" "$3/bin/python"
  printf '#!/bin/sh\\necho $$ > ${pid}\\nsleep 60\\n' > "$site/spark-submit"; chmod +x "$site/spark-submit" ;;
pip) ;;
*) echo "$0"; echo 3.11 ;;
esac`,
  )
  const jdk = path.join(folder, 'jdk17')
  fakeProgram(path.join(jdk, 'bin/java'), 'true')
  writeFileSync(path.join(jdk, 'release'), 'JAVA_VERSION="17.0.1"\n')
  const temporary = path.join(folder, 'tmp')
  mkdirSync(temporary)
  const environment = {
    LAKEHOUSE_PYTHON: python,
    JAVA_HOME: jdk,
    LAKEHOUSE_CACHE: path.join(folder, 'cache'),
    TMPDIR: temporary,
  }
  return { environment, pid, temporary }
}

const TIER = 'scripts/test-engines.ts'

test.for(['SIGINT', 'SIGTERM'] as const)('the tests of engines are interrupted: %s', async (signal) => {
  const spark = fakeSpark(temporaryFolder())
  const tests = start(TIER, ['--only', 'spark'], spark.environment)
  await appears(() => numberIn(spark.pid))
  tests.kill(signal)
  expect((await tests.ended).code).toBe(signal === 'SIGINT' ? 130 : 143)
  expect(isRunning(numberIn(spark.pid))).toBe(false)
  expect(readdirSync(spark.temporary)).toEqual([])
})

test('the tests of engines tell all that is missing, and what they take', async () => {
  const environment = {
    LAKEHOUSE_PYTHON: '/nowhere/python',
    LAKEHOUSE_CACHE: path.join(temporaryFolder(), 'cache'),
  }
  const missing = await start(TIER, ['--only', 'spark', '--only', 'definition'], environment).ended
  expect(missing.code).toBe(2)
  expect(missing.said).toMatch(/Checking the definition needs Python 3\.11.*LAKEHOUSE_PYTHON/)
  expect(missing.said).toMatch(/^Spark 3\.5\.6 needs/m)
  expect(existsSync(environment.LAKEHOUSE_CACHE)).toBe(false)
  const wrong = await start(TIER, ['--only', 'flik'], {}).ended
  expect(wrong).toEqual({ code: 2, said: expect.stringMatching(/--only takes spark, trino, .*not "flik"/) })
  expect((await start(TIER, ['--onyl'], {}).ended).code).toBe(2)
})
