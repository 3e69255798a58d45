import path from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { SCHEDULED_INPUT, SCHEDULES } from '../../workflows/schedules.ts'
import { StoppedError } from '../executor/aborted-error.ts'
import { ExecutionExistsError, type ExecutionRecord } from '../executor/execution-store.ts'
import { AwsError } from '../registry.ts'
import { type Clock, systemClock } from '../scheduler/clock.ts'
import { type Job, runScheduler } from '../scheduler/run-scheduler.ts'
import { nextStart } from '../scheduler/starts.ts'
import { clientLines } from './client-lines.ts'
import { engineOptions } from './command-options.ts'
import { EXIT, UsageError } from './exit-codes.ts'
import { failureText } from './failure-text.ts'
import { duration } from './format.ts'
import { interruptible } from './interruptible.ts'
import { type Lake, type LakeOptions, openLake } from './open-lake.ts'

export const DEFAULT_PORT = 4577

export interface ServeOptions extends LakeOptions {
  readonly port: number
  readonly schedule: boolean
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}
/** What happens while it runs. */
const log = (text: string): void => say(`${systemClock.now().toISOString()} ${text}`)

const seconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z')

function sayEnd({
  machine,
  name,
  status,
  error,
  startedAt,
  redrivenAt,
  stoppedAt,
  arn,
}: ExecutionRecord): void {
  const ms = Date.parse(stoppedAt ?? startedAt) - Date.parse(redrivenAt ?? startedAt)
  log(`${name} of ${machine}: ${status} in ${duration(ms)}`)
  if (!error) return
  log(`${name}: ${failureText(error)}`)
  if (status !== 'ABORTED')
    log(`When that is mended: aws stepfunctions redrive-execution --execution-arn ${arn}`)
}

async function openServed(options: ServeOptions, signal: AbortSignal): Promise<Lake> {
  try {
    return await openLake({
      ...options,
      exclusive: true,
      say,
      signal,
      executor: { ...options.executor, onEnded: sayEnd },
    })
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (syscall !== 'listen') throw error
    if (code === 'EADDRINUSE')
      throw new UsageError(
        `port ${options.port} is taken: end the program that listens there, or name another port with --port`,
      )
    throw new UsageError(`port ${options.port} can't be had (${code}): name one above 1023 with --port`)
  }
}

/** One name for each time of a schedule, so that no start is made twice. */
const nameOf = (at: Date): string => `scheduled-${seconds(at).replaceAll(/[-:]/g, '')}`

async function runSchedules(lake: Lake, clock: Clock, signal: AbortSignal): Promise<void> {
  const { names } = lake.platform
  const jobs = Object.entries(SCHEDULES).map(
    ([kind, schedule]): Job => ({ machine: names[kind as keyof typeof SCHEDULES], schedule }),
  )
  for (const { machine, schedule } of jobs) {
    const next = nextStart(schedule, clock.now())
    say(`  ${machine}: ${schedule.cron}, ${schedule.timeZone}; next at ${next ? seconds(next) : 'no time'}`)
  }
  await runScheduler({
    jobs,
    clock,
    signal,
    file: path.join(lake.root, 'scheduler.json'),
    async start({ machine }, at) {
      try {
        const { record } = await lake.states.start({ machine, name: nameOf(at), input: SCHEDULED_INPUT })
        log(`${record.name} of ${machine}: started by its schedule`)
      } catch (error) {
        const isThere = error instanceof ExecutionExistsError
        log(
          `${nameOf(at)} of ${machine} ${isThere ? 'exists: it' : `could not be started: ${error}; it`} is not started`,
        )
      }
    },
    onError: (error) =>
      log(`What is missed can't be told later: ${error instanceof Error ? error.message : error}`),
    missed({ machine }, starts) {
      const times = starts.length === 1 ? '1 start was' : `${starts.length} starts were`
      log(
        `${machine}: ${times} missed while nobody served the lake, the last of ${seconds(starts.at(-1) as Date)}. ` +
          `One makes up for all: aws stepfunctions start-execution --state-machine-arn ${arnOf(lake, machine)}`,
      )
    },
  })
}

const arnOf = ({ states: { account } }: Lake, machine: string): string =>
  `arn:aws:states:${account.region}:${account.account}:stateMachine:${machine}`

/** Stops what runs; from now on nothing else starts. */
async function end(lake: Lake): Promise<void> {
  for (const action of ['startExecution', 'redriveExecution'])
    lake.platform.registry.register('states', action, z.unknown(), async () => {
      throw new AwsError('ServiceUnavailable', 'The server is ending', 503)
    })
  const { executions } = lake
  const running = executions
    .machines()
    .flatMap((machine) => executions.list(machine))
    .filter(({ status }) => status === 'RUNNING')
  await lake.states.close(new StoppedError({ error: 'ServerEnded', cause: 'the server was ended' }))
  for (const { machine, name } of running)
    say(`${name} of ${machine} was stopped; to go on: npm run lake -- redrive ${name} --machine ${machine}`)
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })

/** Serves a lake until Ctrl-C; gives the exit code. */
export const serve = (options: ServeOptions, clock: Clock = systemClock): Promise<number> =>
  interruptible(async (signal) => {
    await using lake = await openServed(options, signal)
    const { region } = lake.deployment
    const machines = await lake.states.machineNames()
    say(`\n${path.relative('.', lake.root) || '.'} is served at ${lake.platform.endpoint}. Ctrl-C ends it.\n`)
    for (const line of clientLines(lake.platform.endpoint, region)) say(line)
    say(`\nState machines (${arnOf(lake, '<name>')}):\n  ${machines.toSorted().join('\n  ')}\n`)
    if (options.schedule) {
      say('Schedules:')
      await runSchedules(lake, clock, signal)
    } else say('No schedules.')
    await untilAborted(signal)
    say('\nEnding …')
    await end(lake)
    return EXIT.success
  })

function port(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('a port is a number up to 65535; 0 takes a free one')
  return value
}

export function registerServe(program: Command): void {
  engineOptions(
    program
      .command('serve')
      .description("answer AWS's clients on this machine, and start state machines by their schedules")
      .option('--port <n>', 'where to listen, on 127.0.0.1 alone; 0 takes a free port', port, DEFAULT_PORT)
      .option('--no-schedule', 'start nothing by schedule'),
  )
    .addHelpText(
      'after',
      `
One port answers for all services; docs/wire.md has their actions. While it runs, commands that change the lake are done by
its clients; commands that read work beside it.

Examples:
  npm run lake -- serve
  npm run lake -- serve --port 0 --no-schedule`,
    )
    .action(async (_: unknown, command: Command) => {
      process.exitCode = await serve(command.optsWithGlobals())
    })
}
