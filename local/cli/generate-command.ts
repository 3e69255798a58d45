import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { MONTH } from '../../catalog/month.ts'
import { generateMonth } from '../generate/generate-month.ts'
import { wholeNumber } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import { duration, number } from './format.ts'

const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2019-Oct.csv`: as the data set's own files are called. */
export const fileNameOf = (month: string): string => {
  const [year, monthOfYear] = month.split('-')
  return `${year}-${MONTH_NAMES[Number(monthOfYear) - 1]}.csv`
}

interface GenerateOptions {
  readonly month: string
  readonly rows: number
  readonly seed: number
  readonly faults?: boolean
  readonly overwrite?: boolean
  readonly out?: string
}

export function registerGenerate(program: Command): void {
  program
    .command('generate')
    .description('write a calibrated month of events as a raw CSV file')
    .option('--month <month>', 'which month', '2019-10')
    .option('--rows <n>', 'how many rows', wholeNumber, 200_000)
    .option('--seed <n>', 'the same seed gives the same file', wholeNumber, 42)
    .option('--faults', 'with some lines of every kind that curation rejects')
    .option('--overwrite', 'replace the file where it exists')
    .option('--out <file>', 'where to write it (default: the name of the month, here)')
    .addHelpText(
      'after',
      `
Examples:
  npm run lake -- generate --month 2019-11 --rows 1000000
  npm run lake -- generate --rows 5000000 --out /tmp/2019-Oct.csv && npm start -- --raw /tmp/2019-Oct.csv`,
    )
    .action(async (options: GenerateOptions) => {
      if (!MONTH.test(options.month))
        throw new UsageError(`--month takes YYYY-MM, for example 2019-10, not "${options.month}"`)
      const file = path.resolve(options.out ?? fileNameOf(options.month))
      if (existsSync(file) && !options.overwrite)
        throw new UsageError(
          `${path.relative('.', file)} exists: name another file with --out, or add --overwrite`,
        )
      mkdirSync(path.dirname(file), { recursive: true })
      const from = performance.now()
      const { rows, bytes } = await generateMonth({
        month: options.month,
        rows: options.rows,
        seed: options.seed,
        path: file,
        faults: options.faults ? 'some' : 'none',
      })
      process.stdout.write(
        `${path.relative('.', file)}: ${number(rows)} rows, ${number(bytes)} bytes in ${duration(performance.now() - from)}\n`,
      )
    })
}
