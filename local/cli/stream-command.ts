import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { simulate } from '../../stream/simulator/simulate.ts'
import { LIMITS } from '../kinesis/limits.ts'
import { controlRecords } from '../stream/runtime/control-records.ts'
import { leaveOutSent } from '../stream/runtime/leave-out-sent.ts'
import { openStreamPlatform, type StreamPlatform } from '../stream/runtime/open-stream-platform.ts'
import { outboxMessages } from '../stream/runtime/outbox.ts'
import { StreamsSender, type StreamsSenderOptions } from '../stream/runtime/streams-sender.ts'
import {
  type Simulation,
  type SimulationOptions,
  simulationOf,
  stampOf,
  withSimulationOptions,
} from '../stream/simulation-options.ts'
import type { FormatOptions } from './command-options.ts'
import { EXIT } from './exit-codes.ts'
import { jsonText, number, plural } from './format.ts'
import { interruptible } from './interruptible.ts'
import { LiveLine } from './live-line.ts'
import { notAgain } from './not-again.ts'
import { type Lake, openLake } from './open-lake.ts'
import { reportOption } from './run-command.ts'
import {
  AlertCount,
  checksOf,
  type LiveFigures,
  liveLine,
  type Summary,
  summaryJson,
  summaryText,
} from './stream-report.ts'

interface StreamOptions extends FormatOptions, SimulationOptions {
  readonly anew?: boolean
  readonly shardLimits?: boolean
}

const WEEK_MS = 7 * 24 * 3_600_000
const LINE_MS = 1000

/** The readers in this process ask far more often than five times a second, as nobody else needs the machine. */
const PUT_LIMITS = { ...LIMITS.shard, gets: Number.POSITIVE_INFINITY, getBytes: Number.POSITIVE_INFINITY }

/** So long nothing is said of an error that comes again. */
const QUIET_MS = 30_000

/** Shows the state of things every second until it is told to stop. */
async function tellProgress(line: LiveLine, figures: () => LiveFigures, signal: AbortSignal): Promise<void> {
  while (await sleep(LINE_MS, true, { signal }).catch(() => false)) {
    const now = figures()
    line.show((columns) => liveLine(now, columns))
  }
  line.clear()
}

/** Generated events with their own time begin a week ago: they go faster than the clock and must not overtake it. */
const beginning = (options: StreamOptions): number =>
  stampOf(options) === 'sent' ? Date.now() : Date.now() - WEEK_MS

/** Sends the input, behind what an interrupted run with the same input has sent. */
async function send(
  lake: Lake,
  stream: StreamPlatform,
  simulation: Simulation,
  how: Pick<StreamsSenderOptions, 'onError'> & { readonly signal: AbortSignal },
) {
  const { streams, reader } = stream
  const { eventStream } = lake.platform.names
  const isAgain = simulation.stamp === 'event' && stream.sent() > 0
  const events = isAgain
    ? leaveOutSent(simulation.events, {
        streams,
        stream: eventStream,
        base: reader.job.base,
        partitionBy: simulation.partitionBy,
        asStrings: simulation.asStrings,
      })
    : simulation.events
  const sender = new StreamsSender({ streams, stream: eventStream, unread: stream.unread, ...how })
  await simulate({ ...simulation, events, sender, signal: how.signal })
}

async function runStream(options: StreamOptions, interrupted: AbortSignal): Promise<number> {
  const startedAt = new Date()
  const isJson = options.format === 'json'
  const live = new LiveLine(isJson ? process.stderr : process.stdout)
  const say = (text: string) => live.say(text)
  const isNews = notAgain(QUIET_MS)
  const failed = (part: string, error: unknown) => {
    const text = `${part}: ${error}; it is tried again\n`
    if (isNews(text)) live.say(text, process.stderr)
  }
  // Before anything is made: what it can't read is the commonest mistake.
  const simulation = await simulationOf(options, beginning(options), say)
  await using lake = await openLake(options)
  const { root, deployment, platform } = lake
  const count = new AlertCount()
  let discarded = 0
  await using stream = await openStreamPlatform({
    root,
    deployment,
    platform,
    anew: options.anew ?? false,
    ...(options.shardLimits && { limits: PUT_LIMITS }),
    onFinding: (finding) => count.saw(finding),
    onError: failed,
    onDiscard: (records) => {
      discarded += records
    },
  })
  const { reader } = stream
  const told = () => outboxMessages(root, platform.names.incidentsTopic, startedAt)
  say(
    `The real-time path of ${options.lake} runs. Kinesis, SNS and S3 answer at ${platform.endpoint}, DynamoDB at ${stream.dynamodb}. Ctrl-C ends it.\n`,
  )
  const wentOn = reader.progress.records > 0
  if (wentOn)
    say(
      `It goes on with what was interrupted after ${number(stream.sent())} records were sent; --anew would begin a new job.\n`,
    )
  // A replay has put them there, or a client of "lake serve".
  else if (stream.sent() > 0)
    say(`${plural(stream.sent(), 'record')} in stream 1 that nobody has read: they are read first.\n`)

  const ended = new AbortController()
  const signal = AbortSignal.any([interrupted, ended.signal])
  let last = { at: Date.now(), events: reader.progress.events }
  const figures = (): LiveFigures => {
    const progress = reader.progress
    const now = Date.now()
    const eventsPerSecond = ((progress.events - last.events) * 1000) / Math.max(1, now - last.at)
    last = { at: now, events: progress.events }
    const { counts: alerts } = count
    return { ...progress, eventsPerSecond, unread: stream.unread(), alerts, messages: told().length }
  }
  const sending = { signal, onError: (error: unknown) => failed('sender', error) }
  const lines = tellProgress(live, figures, signal)
  const running = stream.start()
  const broken = running.then(() => new Promise<never>(() => {}))
  try {
    await Promise.race([send(lake, stream, simulation, sending), broken])
    if (!interrupted.aborted) await stream.drain(interrupted)
  } finally {
    ended.abort()
    await lines
  }
  if (interrupted.aborted) {
    say('Interrupted: the same command goes on where it was.\n')
    return EXIT.interrupted
  }
  const { region } = deployment
  const { controlTable, deadLetterStream } = platform.names
  const records = await controlRecords({ endpoint: stream.dynamodb, region, name: controlTable })
  const summary: Summary = {
    ms: Date.now() - startedAt.getTime(),
    ended: { ...reader.progress, sent: stream.sent(), rawLines: await stream.rawLines() },
    alerts: records
      .filter((one) => one.record === 'alert')
      .filter(({ recorded_at }) => recorded_at >= startedAt.toISOString()),
    messages: told(),
    found: count.counts,
    discarded,
    deadLetterStream,
    leftOut: simulation.leftOut(),
    wentOn,
  }
  if (isJson) process.stdout.write(jsonText(summaryJson(summary)))
  else say(summaryText(summary))
  stream.conclude()
  return checksOf(summary.ended).every(({ holds }) => holds) ? EXIT.success : EXIT.unexpected
}

export function registerStream(program: Command): void {
  withSimulationOptions(
    program
      .command('stream')
      .description("run the real-time path: a shop's live events, the rules, alerts, and the raw zone"),
  )
    .addOption(new Option('--generate', 'generated traffic (the default without a file)').conflicts('file'))
    .option('--anew', 'leave the windows of an interrupted run, and begin a new one')
    .option(
      '--shard-limits',
      'refuse what is more than a shard of Kinesis takes in a second, 1,000 records or 1 MiB: senders send it again',
    )
    .addOption(reportOption())
    .addHelpText(
      'after',
      `
What is sent goes through Kinesis to the rules; what they find goes to the function that records it and tells of it once.
A run that was interrupted, even by kill -9, goes on with the same command. "lake alerts" lists what was found.

Examples:
  npm run lake -- stream --for 60s --attack single-user-flood
  npm run lake -- stream --csv 2019-Oct.csv --speed 60x`,
    )
    .action(async (_: unknown, command: Command) => {
      process.exitCode = await interruptible((signal) =>
        runStream(command.optsWithGlobals<StreamOptions>(), signal),
      )
    })
}
