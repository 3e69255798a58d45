import { createWriteStream, openSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { AggregatingSender } from '../../stream/simulator/aggregating-sender.ts'
import { kinesisClient } from '../../stream/simulator/kinesis-client.ts'
import { KinesisSender } from '../../stream/simulator/kinesis-sender.ts'
import { LabelBook } from '../../stream/simulator/labels.ts'
import { LineSender } from '../../stream/simulator/line-sender.ts'
import type { Sender } from '../../stream/simulator/outgoing.ts'
import { type Progress, simulate } from '../../stream/simulator/simulate.ts'
import { UsageError } from '../cli/exit-codes.ts'
import { duration, number, plural } from '../cli/format.ts'
import { interruptible } from '../cli/interruptible.ts'
import { LiveLine } from '../cli/live-line.ts'
import { type SimulationOptions, simulationOf, withSimulationOptions } from './simulation-options.ts'

interface SimulateOptions extends SimulationOptions {
  readonly labels?: string
  readonly stream?: string
  readonly aggregate?: boolean
  readonly out?: string
}

/** Registers `simulate`: a shop's live events, honest and hostile, into a stream or a file. */
export function registerSimulate(program: Command): void {
  withSimulationOptions(
    program
      .command('simulate')
      .description("send a shop's live events, with attacks if you like, into a stream or a file"),
  )
    .option('--labels <file>', 'write what was injected, and when, as JSON lines')
    .option('--stream <name>', 'the Kinesis stream; AWS_ENDPOINT_URL_KINESIS names another place than AWS')
    .option('--aggregate', 'pack events into aggregated records as the KPL does')
    .option('--out <file>', 'write JSON lines to a file, - for standard output')
    .action((options: SimulateOptions) => interruptible((signal) => run(options, signal)))
}

async function run(options: SimulateOptions, signal: AbortSignal): Promise<void> {
  if ((options.stream === undefined) === (options.out === undefined))
    throw new UsageError('say where the events go: either --stream <name>, or --out <file>')
  if (options.aggregate && options.out !== undefined)
    throw new UsageError(
      'only records of a stream can be aggregated: name it with --stream, or leave out --aggregate',
    )
  const live = new LiveLine(process.stderr)
  const simulation = await simulationOf(options, Date.now(), (text) => live.say(text))
  const sender = senderOf(options)
  // Before an hour is sent that nobody could tell apart.
  const labels = options.labels === undefined ? undefined : opened(options.labels)
  const book = new LabelBook()
  const told = await simulate({
    ...simulation,
    sender,
    signal,
    labels: book,
    onProgress: (progress) => live.show(() => progressLine(progress)),
  }).finally(() => {
    // Also where it fails midway: what was sent until then is in the stream.
    if (labels !== undefined) writeFileSync(labels, book.text())
  })
  const { records, resent } = sender.sent
  const leftOut = simulation.leftOut()
  live.say(
    `${plural(told.events, 'event')} in ${plural(records, 'record')}, ${duration(told.elapsedMs)}, ${number(resent)} sent again${leftOut > 0 ? `, ${plural(leftOut, 'line')} left out` : ''}\n`,
  )
}

function senderOf({ stream, aggregate, out }: SimulateOptions): Sender {
  if (stream === undefined)
    return new LineSender(out === '-' ? process.stdout : createWriteStream('', { fd: opened(out as string) }))
  const sender = new KinesisSender({ client: kinesisClient(), stream })
  return aggregate ? new AggregatingSender(sender) : sender
}

function opened(file: string): number {
  try {
    return openSync(file, 'w')
  } catch (error) {
    throw new UsageError(`${file} can't be written: ${(error as Error).message}`)
  }
}

/** How far a simulation has come, in a line. */
export function progressLine({ events, elapsedMs, resent, at }: Progress): string {
  const rate = number(Math.round((events * 1000) / Math.max(elapsedMs, 1)))
  const again = resent > 0 ? `, ${number(resent)} sent again` : ''
  return `${number(events)} events, ${rate}/s, at ${new Date(at).toISOString().slice(0, 19)}${again}`
}
