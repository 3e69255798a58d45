import { type Command, Option } from 'commander'
import type { Verdict } from '../../lambdas/shared/documents.ts'
import { runOf } from '../../lambdas/shared/run-id.ts'
import { type FormatOptions, formatOption, print } from './command-options.ts'
import { EXIT, UsageError } from './exit-codes.ts'
import { shorten, type Table } from './format.ts'
import { openExistingLake } from './open-lake.ts'
import { lastJudgedRun, SEVERITIES, type SubjectVerdict, verdictsOfRun } from './run-verdicts.ts'

interface QualityOptions extends FormatOptions {
  readonly failOn?: Exclude<Verdict['action'], 'pass'>
}

const columns = ['verdict', 'subject', 'rule', 'value', 'threshold', 'message']

const row = ({ action, subject, rule, value, threshold, message }: SubjectVerdict) => [
  action,
  subject,
  rule,
  value,
  threshold,
  message,
]

const WIDEST = 24
/** Names of columns can be a figure too: a person needs the beginning, the message has the rest. */
const narrow = (value: unknown): unknown => (typeof value === 'string' ? shorten(value, WIDEST) : value)

const shortened = ({ columns, rows }: Table): Table => ({
  columns,
  rows: rows.map((cells) =>
    cells.map((cell, i) => (/^(value|threshold)$/.test(columns[i] ?? '') ? narrow(cell) : cell)),
  ),
})

/** `r7: 2 warn, 102 pass` */
const heading = (run: string, verdicts: readonly SubjectVerdict[]): string =>
  `${run}: ${SEVERITIES.flatMap((severity) => {
    const count = verdicts.filter(({ action }) => action === severity).length
    return count > 0 ? [`${count} ${severity}`] : []
  }).join(', ')}`

/** Scripts get the run in every row, because they see no heading. */
const withRun = (run: string, { columns, rows }: Table): Table => ({
  columns: ['run', ...columns],
  rows: rows.map((cells) => [run, ...cells]),
})

async function showQuality(name: string | undefined, options: QualityOptions): Promise<void> {
  await using lake = await openExistingLake(options)
  const run = name === undefined ? await lastJudgedRun(lake) : runOf(name)
  const verdicts = run === undefined ? [] : await verdictsOfRun(lake, run)
  if (run === undefined || verdicts.length === 0)
    throw new UsageError(
      name === undefined
        ? 'no run has judged anything yet: run "npm start" first'
        : `run ${name} judged nothing: it does not exist, found nothing to do, or ended before its first gate ("npm run lake -- executions" lists the runs)`,
    )
  const table = { columns, rows: verdicts.map(row) }
  if (options.format === 'table') process.stdout.write(`${heading(run, verdicts)}\n\n`)
  print(options.format === 'table' ? shortened(table) : withRun(run, table), options.format)
  const worst = Math.min(...verdicts.map(({ action }) => SEVERITIES.indexOf(action)))
  if (options.failOn && worst <= SEVERITIES.indexOf(options.failOn)) process.exitCode = EXIT.qualityFound
}

export function registerQuality(program: Command): void {
  const quality = program
    .command('quality')
    .description('show the verdicts of a run, the most severe first: rule, figure, threshold, what to do')
    .argument('[run]', 'its name (default: the last one that judged anything)')
    .addOption(
      new Option(
        '--fail-on <verdict>',
        `exit with ${EXIT.qualityFound} where a verdict is at least that severe`,
      ).choices(SEVERITIES.filter((severity) => severity !== 'pass')),
    )
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
docs/quality.md has every rule, its thresholds and what to do.

Examples:
  npm run lake -- quality
  npm run lake -- quality r7 --format json
  npm run lake -- quality --fail-on warn`,
    )
    .action((run: string | undefined) => showQuality(run, quality.optsWithGlobals<QualityOptions>()))
}
