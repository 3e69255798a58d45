import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { expect, vi } from 'vitest'
import { monthPartition, RAW } from '../../../catalog/layout.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../../catalog/names.ts'
import { startChild } from '../../../local/engines/child-process.ts'
import { installClients } from './install-clients.ts'

const PROJECT = path.resolve(import.meta.dirname, '../../..')

export const names = namesOf(DEFAULT_DEPLOYMENT)
export const NIGHTLY_ARN = `arn:aws:states:us-east-1:000000000000:stateMachine:${names.nightly}`
/** Where raw files of October 2019 go. */
export const OCTOBER = `s3://${names.rawBucket}/${RAW.uncompressed}${monthPartition('2019-10')}`

export interface Ran {
  readonly code: number | null
  readonly out: Buffer
  readonly err: string
}

interface RunOptions {
  readonly environment: NodeJS.ProcessEnv
  readonly input?: string | Buffer
}

async function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = spawn(program, args, { env: options.environment })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input)
  const [out, err, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code, out, err }
}

/** The variables that `lake serve` prints for a shell. */
const printedVariables = (output: string): Record<string, string> =>
  Object.fromEntries(
    output
      .split('\n')
      .filter((line) => line.trim().startsWith('export '))
      .flatMap((line) => line.trim().split(' ').slice(1))
      .map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
  )

/** The command lines that it prints for a profile. */
const printedCommands = (output: string): string[][] =>
  output
    .split('\n')
    .filter((line) => line.trim().startsWith('aws configure set'))
    .map((line) => line.trim().split(' ').slice(1))

/** `npm run lake -- serve` on a lake of its own, as a process of its own, and the clients as a person would use them. */
export async function openServedLake() {
  const { aws: awsProgram, python: pythonProgram } = await installClients()
  const folder = mkdtempSync(path.join(tmpdir(), 'served-lake-'))
  const [root, home, log] = ['lake', 'home', 'serve.log'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(home)
  const server = await startChild({
    command: process.execPath,
    args: ['local/cli/main.ts', 'serve', '--port', '0', '--no-schedule', '--lake', root, '--memory', '1GB'],
    folder: PROJECT,
    log,
  })
  const printed = () => readFileSync(log, 'utf8')
  await vi.waitUntil(() => printed().includes('No schedules.'), { timeout: 120_000, interval: 100 })
  // Nothing of the user's own, so that only what the server prints leads the clients to it.
  const bare = { PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '' }
  const environment = { ...bare, ...printedVariables(printed()) }
  const expectSuccess = (ran: Ran): Buffer => {
    expect(ran.code, ran.err).toBe(0)
    return ran.out
  }
  return {
    root,
    folder,
    printed,
    environment,
    printedCommands: () => printedCommands(printed()),
    /** The AWS CLI, whatever comes of it; with the printed variables, or without any. */
    tryAws: (
      args: readonly string[],
      { input, isBare = false }: { input?: string | Buffer; isBare?: boolean } = {},
    ) =>
      runProgram(awsProgram, args, {
        environment: isBare ? bare : environment,
        ...(input !== undefined && { input }),
      }),
    async aws(args: readonly string[], input?: string | Buffer): Promise<Buffer> {
      return expectSuccess(
        await runProgram(awsProgram, args, { environment, ...(input !== undefined && { input }) }),
      )
    },
    /** The JSON that the AWS CLI prints. */
    // biome-ignore lint/suspicious/noExplicitAny: the shapes are AWS's, and each test looks at its own part.
    async awsJson(...args: readonly string[]): Promise<any> {
      return JSON.parse(String(await this.aws([...args, '--output', 'json'])) || 'null')
    },
    /** The JSON that one of the scripts beside this file prints. */
    // biome-ignore lint/suspicious/noExplicitAny: each script prints what its test looks at.
    async python(script: string, ...args: readonly string[]): Promise<any> {
      const file = path.join(import.meta.dirname, script)
      return JSON.parse(
        String(expectSuccess(await runProgram(pythonProgram, [file, ...args], { environment }))),
      )
    },
    /** Ctrl-C; gives how it ended. */
    async interrupt() {
      process.kill(server.pid, 'SIGINT')
      return await server.ended
    },
    async close() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type ServedLake = Awaited<ReturnType<typeof openServedLake>>
