import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { monthPartition, RAW } from '../../catalog/layout.ts'
import { MONTH } from '../../catalog/month.ts'
import { generateMonth } from '../generate/generate-month.ts'
import { type IngestedFile, ingest } from '../ingest/ingest.ts'
import { engineOptions } from './command-options.ts'
import { number } from './format.ts'
import { fileNameOf } from './generate-command.ts'
import { interruptible } from './interruptible.ts'
import { runNight } from './night.ts'
import { type Lake, type LakeOptions, openLake } from './open-lake.ts'
import { createProgress } from './progress.ts'
import { reportNight } from './report-night.ts'
import { startedBy } from './started-by.ts'

const FIRST_MONTH = { month: '2019-10', rows: 200_000, seed: 42 }

interface StartOptions extends LakeOptions {
  readonly raw?: string
  readonly months?: string[]
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly acceptDeletions?: string[]
  readonly name?: string
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** Files of one month are one slice: who adds real rows to a generated month should know. */
async function sayWhatElseIsThere(lake: Lake, taken: readonly IngestedFile[]): Promise<void> {
  const { objects, names } = lake.platform
  const keys = new Set(taken.map(({ key }) => key))
  for (const month of new Set(taken.map((file) => file.month))) {
    const { objects: there } = await objects.list(names.rawBucket, RAW.uncompressed + monthPartition(month))
    const others = there.filter(({ key }) => !keys.has(key)).map(({ key }) => path.basename(key))
    if (others.length > 0) say(`Raw zone: ${month} also has ${others.join(', ')}; they are one slice`)
  }
}

/** Takes what the caller named into the raw zone; makes a first month where the lake is empty. */
async function fillRawZone(lake: Lake, raw: string | undefined, signal: AbortSignal): Promise<void> {
  const { objects, names } = lake.platform
  if (raw !== undefined) {
    const taken = await ingest({
      source: raw,
      objects,
      bucket: names.rawBucket,
      onProgress: ({ name, month, bytes, how }) =>
        say(`Raw zone: ${name} (${month}, ${number(bytes)} bytes) ${how}`),
      onNote: say,
    })
    await sayWhatElseIsThere(lake, taken)
    return
  }
  const zones = [RAW.uncompressed, RAW.archives, RAW.stream]
  const found = await Promise.all(zones.map((zone) => objects.list(names.rawBucket, zone, { max: 1 })))
  if (found.some((page) => page.objects.length > 0)) return
  const { month, rows, seed } = FIRST_MONTH
  say(`The raw zone is empty: generating a calibrated ${month} with ${number(rows)} events (seed ${seed}).`)
  const name = fileNameOf(month)
  const key = `${RAW.uncompressed}${monthPartition(month)}${name}`
  // Made where no night looks, and moved when it is whole: it may be interrupted.
  const unfinished = path.join(objects.staging, name)
  mkdirSync(objects.staging, { recursive: true })
  const made = await generateMonth({ ...FIRST_MONTH, path: unfinished, signal })
  await objects.adopt(names.rawBucket, key, unfinished)
  say(`Raw zone: ${name} (${number(made.rows)} rows, ${number(made.bytes)} bytes) generated`)
}

function months(text: string, former: string[] = []): string[] {
  if (!MONTH.test(text))
    throw new InvalidArgumentError('a month is YYYY-MM, for example 2019-10; several stand apart')
  return [...former, text]
}

const inputOf = ({ months, force, dryRun, acceptDeletions }: StartOptions) => ({
  ...(months && { months }),
  ...(force && { force }),
  ...(dryRun && { dryRun }),
  ...(acceptDeletions && { acceptDeletions }),
  ...startedBy(),
})

const start = (options: StartOptions): Promise<number> =>
  interruptible(async (signal) => {
    await using lake = await openLake({ ...options, exclusive: true, say, signal })
    await fillRawZone(lake, options.raw, signal)
    const from = performance.now()
    say(`Execution of ${lake.platform.names.nightly} in ${path.relative('.', lake.root) || '.'}:`)
    const record = await runNight(lake, {
      input: inputOf(options),
      name: options.name,
      signal,
      onEvent: createProgress({
        write: (text) => process.stdout.write(text),
        terminal: process.stdout.isTTY,
      }),
    })
    return await reportNight(lake, record, performance.now() - from, say)
  })

export function registerStart(program: Command): void {
  const command = program
    .command('start')
    .description(
      'run the nightly state machine on what lies in the raw zone (generates a month if it is empty)',
    )
    .option('--raw <path>', 'take a .csv, .csv.gz or .zip, or a folder of them, into the raw zone first')
    .option('--months <month...>', 'only these months, for example 2019-10 2019-11', months)
    .option('--force', 'process slices again that have not changed')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option(
      '--accept-deletions <month...>',
      'raw files of these months may be gone: process what is left, or let the slice leave the release',
      months,
    )
  engineOptions(command)
    .option('--name <name>', 'name of the execution; each can be used once (default: r1, r2, …)')
    .addHelpText(
      'after',
      `
Examples:
  npm start
  npm start -- --raw ~/Downloads/2019-Oct.csv.gz
  npm run lake -- start --months 2019-10 --force
  npm start -- --accept-deletions 2019-10
  npm start -- --glue spark
  npm start -- --athena trino

Exit codes: 0 published or nothing to do, 2 wrong usage or input, 3 the night failed or was halted, 4 a slice was set aside,
130 interrupted.`,
    )
    .action(async (_, command: Command) => {
      process.exitCode = await start(command.optsWithGlobals())
    })
}
