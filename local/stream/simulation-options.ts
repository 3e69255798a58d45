import { existsSync, statSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { HOUR, MINUTE, SECOND } from '../../stream/rules/window.ts'
import { type AttackName, MAKE_ATTACK } from '../../stream/simulator/attacks/index.ts'
import { defaultStamp, type Pace, parseRate, parseSpeed, type Stamp } from '../../stream/simulator/pace.ts'
import type { PartitionKey, SimulateOptions } from '../../stream/simulator/simulate.ts'
import type { SimulatedEvent } from '../../stream/simulator/simulated-event.ts'
import { parseTimestamp } from '../../stream/timestamp.ts'
import { wholeNumber } from '../cli/command-options.ts'
import { UsageError } from '../cli/exit-codes.ts'
import { number } from '../cli/format.ts'
import { simulationSource } from './simulation-source.ts'

/** What is simulated, and how fast: options of every command that does. */
export interface SimulationOptions {
  readonly file?: string
  readonly repeat?: boolean
  readonly rate?: Pace
  readonly speed?: Pace
  readonly burst?: boolean
  readonly for?: number
  readonly from?: number
  readonly seed: number
  readonly stamp?: Stamp
  readonly asStrings?: boolean
  readonly key: PartitionKey
  readonly attack?: readonly { readonly name: AttackName; readonly after: number }[]
  readonly trouble?: boolean
}

const UNITS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR }

/** What a parser refuses, as commander tells it. */
const parsed =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text)
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message)
    }
  }

/** `90s`, `10m`. */
function milliseconds(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? []
  if (!unit) throw new InvalidArgumentError('a time is written as 90s, 10m or 1h')
  return Number(count) * UNITS[unit as keyof typeof UNITS]
}

function instant(text: string): number {
  const time = parseTimestamp(text)
  if (!time) throw new InvalidArgumentError('an instant is written as 2019-10-01T13:00:00, in UTC')
  return time.ms
}

const ATTACK_NAMES = Object.keys(MAKE_ATTACK).join(', ')
const AFTER = '10s'

function attackAt(text: string, former: readonly { name: AttackName; after: number }[] = []) {
  const [name = '', after = AFTER] = text.split('@')
  if (!(name in MAKE_ATTACK)) throw new InvalidArgumentError(`an attack is one of ${ATTACK_NAMES}`)
  return [...former, { name: name as AttackName, after: milliseconds(after) }]
}

/** Events a second of generated traffic, where no rate is asked for: as many as October 2019 had. */
const USUAL_RATE = 16

/** Adds the options to a command. */
export const withSimulationOptions = (command: Command): Command =>
  command
    .option('--csv, --file <csv>', 'replay a raw file (.csv, .csv.gz) instead of generated traffic')
    .option('--repeat', 'replay the file again and again; for ever, unless --for says how long')
    .addOption(
      new Option(
        '--rate <n/s>',
        'so many events a second, for example 500/s; generated traffic has that at its beginning, and then the curve of the day',
      ).argParser(parsed(parseRate)),
    )
    .addOption(
      new Option('--speed <n>x', 'so many times as fast as they happened')
        .argParser(parsed(parseSpeed))
        .conflicts('rate'),
    )
    .addOption(new Option('--burst', 'as fast as they are taken').conflicts(['rate', 'speed']))
    .option(
      '--for <time>',
      'how long to go on, for example 10m (default: to the end, or for ever)',
      milliseconds,
    )
    .addOption(
      new Option('--from <instant>', 'first instant of generated traffic, UTC (default: now)')
        .argParser(instant)
        .conflicts('file'),
    )
    .option('--seed <n>', 'the same seed gives the same events', wholeNumber, 42)
    .addOption(
      new Option(
        '--stamp <which>',
        'txn_timestamp: when it is sent, or the own time of the event (default: sent at the speed of the clock, else event)',
      ).choices(['sent', 'event']),
    )
    .option('--as-strings', 'all values as JSON texts, "" for null')
    .addOption(
      new Option('--key <column>', 'what records are spread over shards by')
        .choices(['user_id', 'category_id'])
        .default('user_id'),
    )
    .option(
      '--attack <name@time>',
      `inject an attack so long after the first event (default ${AFTER}); may be given again: ${ATTACK_NAMES}`,
      attackAt,
    )
    .addOption(
      new Option('--trouble', 'an hour of generated traffic with every attack and every hard case').conflicts(
        ['file', 'attack'],
      ),
    )

/** So many bad lines of a file are told one by one. */
const TOLD_LINES = 10

export interface Simulation extends Omit<SimulateOptions, 'sender'> {
  readonly events: AsyncIterable<SimulatedEvent>
  readonly asStrings: boolean
  readonly partitionBy: PartitionKey
  /** Lines of the file that are no events, so far. */
  leftOut(): number
}

/** What these options have the simulator do. */
export async function simulationOf(
  options: SimulationOptions,
  from: number,
  tell: (text: string) => void,
): Promise<Simulation> {
  if (options.file !== undefined && !existsSync(options.file))
    throw new UsageError(`${options.file} does not exist: name a raw file with --file, or leave it out`)
  if (options.file !== undefined && statSync(options.file).isDirectory())
    throw new UsageError(`${options.file} is a folder: name one raw file (.csv, .csv.gz) in it`)
  if (options.file?.toLowerCase().endsWith('.zip'))
    throw new UsageError(
      `${options.file} is an archive: unpack it, and name the .csv (or .csv.gz) that is in it`,
    )
  if (options.repeat && options.file === undefined)
    throw new UsageError(
      'generated traffic has no end that could be repeated: name a raw file with --file, or leave out --repeat',
    )
  const pace = paceOf(options)
  let leftOut = 0
  const events = await simulationSource({
    ...options,
    from: options.from ?? from,
    eventsPerSecond: options.rate?.kind === 'rate' ? options.rate.perSecond : USUAL_RATE,
    attacks: options.attack ?? [],
    onBadLine: (line, reasons) => {
      leftOut++
      if (leftOut <= TOLD_LINES)
        tell(`${options.file} line ${number(line)}: ${reasons.join(', ')}; left out\n`)
      if (leftOut === TOLD_LINES) tell('Further lines that are no events are only counted.\n')
    },
  })
  return {
    events,
    pace,
    stamp: stampOf(options),
    asStrings: options.asStrings ?? false,
    partitionBy: options.key,
    leftOut: () => leftOut,
    ...(options.for !== undefined && { lasting: options.for }),
  }
}

/** Whether events carry their own time or that at which they go. */
export const stampOf = (options: SimulationOptions): Stamp => options.stamp ?? defaultStamp(paceOf(options))

/** Generated traffic has its rate from the beginning and goes by the clock; a file is given the rate that is asked for. */
function paceOf({ rate, speed, burst, file }: SimulationOptions): Pace {
  if (burst) return { kind: 'burst' }
  if (rate && file !== undefined) return rate
  return speed ?? { kind: 'speed', times: 1 }
}
