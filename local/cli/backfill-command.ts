import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { MONTH } from '../../catalog/month.ts'
import { type BackfillRecord, backfillRecord } from '../../lambdas/shared/maintenance-documents.ts'
import { engineOptions, type FormatOptions } from './command-options.ts'
import { EXIT } from './exit-codes.ts'
import { render } from './format.ts'
import { reportOption, runCommand } from './run-command.ts'

interface BackfillOptions extends FormatOptions {
  readonly from: string
  readonly to: string
  readonly force?: boolean
  readonly name?: string
}

/** What every state of the machines beside the night is given. */
const ofRun = z.object({ run: z.string() })

export function oneMonth(text: string): string {
  if (!MONTH.test(text)) throw new InvalidArgumentError('a month is YYYY-MM, for example 2019-10')
  return text
}

function monthsTable({ results, missing }: BackfillRecord): string {
  const rows = results.map(({ month, curated, adopted, unchanged, setAside }) => [
    month,
    curated.join(' '),
    adopted.join(' '),
    unchanged.join(' '),
    setAside.join(' '),
  ])
  return render(
    {
      columns: ['month', 'curated', 'ready before', 'unchanged', 'set aside'],
      rows: [...rows, ...missing.map((month) => [month, 'no files', '', '', ''])],
    },
    'table',
  ).trimEnd()
}

const backfill = ({ from, to, force, name, ...options }: BackfillOptions): Promise<number> =>
  runCommand(options, {
    machine: (lake) => lake.platform.names.backfill,
    input: { from, to, ...(force && { force }) },
    name,
    async summary(lake, { output }, say) {
      const record = await lake.document(LAKE.run(ofRun.parse(output).run, 'backfilled'), backfillRecord)
      if (!record) throw new Error('the backfill succeeded and left no record')
      say(`\n${monthsTable(record)}`)
      say(
        record.isPublished
          ? `\nRelease ${record.release} is published, by night ${record.night}: npm run lake -- show ${record.night}`
          : `\nNothing new to publish: release ${record.release ?? 'none'} stays (night ${record.night}).`,
      )
      const isAside = record.results.some(({ setAside }) => setAside.length > 0)
      return { json: record, ...(isAside && { exitCode: EXIT.setAside }) }
    },
  })

export function registerBackfill(program: Command): void {
  const command = program
    .command('backfill')
    .description('curate a range of months, each in an execution of its own, and publish them all at once')
    .requiredOption('--from <month>', 'the first month, for example 2019-10', oneMonth)
    .requiredOption('--to <month>', 'the last month', oneMonth)
    .option('--force', 'curate slices again that have not changed')
    .option('--name <name>', 'name of the execution; each can be used once (default: r1, r2, …)')
    .addOption(reportOption())
  engineOptions(command)
    .addHelpText(
      'after',
      `
Months without files are named and left out. A backfill that failed goes on with "redrive --machine backfill", and another one
of the same range does again only what is missing. Nights leave its months alone while it runs.

Examples:
  npm run lake -- backfill --from 2019-10 --to 2020-04
  npm run lake -- backfill --from 2019-10 --to 2019-12 --force
  npm run lake --silent -- backfill --from 2019-10 --to 2020-04 --format json

Exit codes: 0 published or nothing to do, 2 wrong usage, 3 it failed, 4 a slice was set aside, 130 interrupted.`,
    )
    .action(async () => {
      process.exitCode = await backfill(command.optsWithGlobals())
    })
}
