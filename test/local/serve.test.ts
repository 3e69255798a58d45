import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { monthPartition, RAW } from '../../catalog/layout.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { EXIT } from '../../local/cli/exit-codes.ts'
import { run } from '../../local/cli/program.ts'
import { type ServeOptions, serve } from '../../local/cli/serve-command.ts'
import type { TaskDoor } from '../../local/executor/task-door.ts'
import type { Clock } from '../../local/scheduler/clock.ts'
import { eventually } from '../eventually.ts'
import { clientConfig } from '../unit/local/temporary-platform.ts'
import { csv, goodLines } from './lake-harness.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'lake-serve-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const names = namesOf(DEFAULT_DEPLOYMENT)
const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:${names.nightly}`

let root = ''
let lakes = 0
/** What a person at the terminal sees. */
let text = ''
beforeEach(() => {
  root = path.join(folder, `lake-${lakes++}`)
  text = ''
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((more) => {
      text += more
      return true
    })
  onTestFinished(() => {
    vi.restoreAllMocks()
    process.exitCode = 0
  })
})

const command = (...args: string[]): Promise<number> => run([...args, '--lake', root])

/** Serves the lake; `interrupt` is Ctrl-C, and gives the exit code. */
async function served(options: Partial<ServeOptions> = {}, clock?: Clock) {
  const ended = serve({ lake: root, memory: '1GB', threads: 2, port: 0, schedule: false, ...options }, clock)
  const interrupt = () => {
    process.emit('SIGINT')
    return ended
  }
  onTestFinished(async () => void (await interrupt()))
  const endpoint = await Promise.race([
    eventually(() => /served at (http:\S+)\. Ctrl-C/.exec(text)?.[1]),
    ended.then((code) => {
      throw new Error(`it ended with ${code}: ${text}`)
    }),
  ])
  const sfn = new SFNClient(clientConfig({ endpoint }))
  onTestFinished(() => sfn.destroy())
  const start = (name: string) => sfn.send(new StartExecutionCommand({ stateMachineArn, name }))
  const describe = (name: string) =>
    sfn.send(
      new DescribeExecutionCommand({
        executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
      }),
    )
  const end = (name: string) =>
    eventually(async () => {
      const found = await describe(name)
      return found.status === 'RUNNING' ? undefined : found
    })
  return { endpoint, start, describe, end, interrupt }
}

const putMonth = (content = csv(...goodLines(120))): void => {
  const file = path.join(root, 's3', names.rawBucket, RAW.uncompressed, monthPartition('2019-10'), 'a.csv')
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
}

it('prints what clients need, runs what they start, and ends with Ctrl-C', async () => {
  putMonth()
  const { endpoint, start, end, interrupt } = await served()
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(text).toContain(`export AWS_ENDPOINT_URL=${endpoint}`)
  expect(text).toContain(`aws configure set endpoint_url ${endpoint} --profile lake`)
  expect(text).toContain('arn:aws:states:us-east-1:000000000000:stateMachine:<name>')
  expect(text).toContain('No schedules.')
  await start('first')
  expect(await end('first')).toMatchObject({ status: 'SUCCEEDED', startDate: expect.any(Date) })
  expect(text).toMatch(/Z first of ecomm-nightly-dev: SUCCEEDED in /)
  expect(await interrupt()).toBe(EXIT.success)
  await expect(start('second')).rejects.toMatchObject({
    code: expect.stringMatching(/^ECONN(REFUSED|RESET)$/),
  })
})

it('says why an execution failed, and what to type when that is mended', async () => {
  putMonth('no header\n')
  const { start, end } = await served()
  await start('bad')
  const { executionArn, status } = await end('bad')
  expect(status).toBe('FAILED')
  await eventually(() => text.includes('When that is mended'))
  expect(text).toMatch(/bad of ecomm-nightly-dev: FAILED in /)
  expect(text).toContain('bad: InvalidInputError')
  expect(text).toContain(`aws stepfunctions redrive-execution --execution-arn ${executionArn}`)
})

/** A door whose tasks take a while to hear that they are stopped. */
const slowToStop = (door: TaskDoor): TaskDoor => ({
  ...door,
  async run(...args) {
    const { signal } = args[2] instanceof AbortSignal ? { signal: args[2] } : args[2]
    const answer = await door.run(...args).catch((error: unknown) => error)
    if (!signal.aborted) await sleep(300, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) await sleep(300)
    if (answer instanceof Error) throw answer
    return answer
  },
})

it('stops what runs when it ends, starts nothing more, and what was stopped can be redriven', async () => {
  putMonth()
  const { start, interrupt } = await served({ executor: { door: slowToStop } })
  await start('cut')
  const ended = interrupt()
  await expect(start('late')).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } })
  expect(await ended).toBe(EXIT.success)
  expect(text).toContain('cut of ecomm-nightly-dev: ABORTED')
  expect(text).toContain('to go on: npm run lake -- redrive cut --machine ecomm-nightly-dev')
  text = ''
  expect(await command('executions', '--format', 'csv')).toBe(EXIT.success)
  expect(text).toMatch(/^cut,ABORTED,.*ServerEnded$/m)
  expect(text).not.toContain('late')
  expect(await command('redrive', 'cut', '--machine', 'ecomm-nightly-dev')).toBe(EXIT.success)
})

it('lets commands that read work beside it, and tells those that write where it is', async () => {
  const { endpoint } = await served()
  text = ''
  expect(await command('executions')).toBe(EXIT.success)
  expect(text).toContain('(no rows)')
  for (const name of ['start', 'redrive']) {
    text = ''
    expect(await command(name)).toBe(EXIT.usage)
    expect(text).toContain(`served at ${endpoint} (process ${process.pid}`)
    expect(text).toContain('end the server with Ctrl-C')
  }
  text = ''
  expect(await command('serve', '--port', '0')).toBe(EXIT.usage)
  expect(text).toContain(`served at ${endpoint}`)
})

it('says that a port is taken, and leaves the lake free', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  expect(await command('serve', '--port', String(port))).toBe(EXIT.usage)
  expect(text).toContain(`port ${port} is taken`)
  text = ''
  expect(await command('serve', '--port', '65536')).toBe(EXIT.usage)
  expect(text).toContain('a port is a number up to 65535')
  await served()
})

/** A clock that stands still from a moment on; until then each wait takes no time. */
const clockFrom = (time: string, until: string): Clock => {
  let now = new Date(time)
  return {
    now: () => now,
    async wait(ms, signal) {
      now = new Date(now.getTime() + ms)
      if (now < new Date(until)) await sleep(1)
      else await sleep(60_000, undefined, { signal }).catch(() => undefined)
    },
  }
}

it('starts the night by its schedule, once, and says what was missed', async () => {
  putMonth()
  mkdirSync(root, { recursive: true })
  writeFileSync(path.join(root, 'scheduler.json'), '{ "seenAt": "2026-11-20T12:00:00Z" }')
  const first = await served({ schedule: true }, clockFrom('2026-11-23T01:59:00Z', '2026-11-23T02:02:00Z'))
  const execution = await first.end('scheduled-20261123T020000Z').catch((error) => {
    throw new Error(`${error}\n${text}`)
  })
  expect(text).toContain('ecomm-nightly-dev: cron(0 2 * * ? *), Etc/UTC; next at 2026-11-23T02:00:00Z')
  expect(text).toContain('ecomm-nightly-dev: 2 starts were missed')
  expect(text).toContain('the last of 2026-11-22T02:00:00Z')
  expect(text).toContain('ecomm-vacuum-dev: 1 start was missed')
  expect(execution).toMatchObject({ status: 'SUCCEEDED', input: '{"startedBy":"schedule"}' })
  expect(await first.interrupt()).toBe(EXIT.success)

  // Its file is as before the start: a process that was killed right after it.
  writeFileSync(path.join(root, 'scheduler.json'), '{ "seenAt": "2026-11-23T01:59:30Z" }')
  text = ''
  await served({ schedule: true }, clockFrom('2026-11-23T01:59:30Z', '2026-11-23T02:02:00Z'))
  await eventually(() => text.includes('scheduled-20261123T020000Z'))
  expect(text).toContain('exists: it is not started')
})
