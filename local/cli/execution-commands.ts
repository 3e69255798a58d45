import type { Command } from 'commander'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import { type FormatOptions, formatOption, print, tableCommand } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import { failureText } from './failure-text.ts'
import { jsonValue, type Table } from './format.ts'
import { openExistingLake } from './open-lake.ts'
import { stepTimes } from './steps.ts'

const seconds = ({ startedAt, stoppedAt }: ExecutionRecord): number | null =>
  stoppedAt === null ? null : (Date.parse(stoppedAt) - Date.parse(startedAt)) / 1000

const executionsTable = (records: readonly ExecutionRecord[]): Table => ({
  columns: ['name', 'status', 'started', 'seconds', 'error'],
  rows: records.map((record) => [
    record.name,
    record.status,
    record.startedAt,
    seconds(record),
    record.error?.name ?? null,
  ]),
})

export function registerExecutionCommands(program: Command): void {
  tableCommand(
    program
      .command('executions')
      .description('list the executions of the night, newest first')
      .addHelpText('after', '\nExample:\n  npm run lake -- executions --format json'),
    async ({ executions, platform }) => executionsTable(executions.list(platform.names.nightly)),
  )

  const show = program
    .command('show')
    .description('show an execution: input, output, error, and the time of each step')
    .argument('[name]', 'its name (default: the newest)')
    .option('--history', 'every event, one a line')
    .addOption(formatOption())
    .addHelpText('after', '\nExamples:\n  npm run lake -- show r1\n  npm run lake -- show r1 --history')
    .action(async (name: string | undefined) => {
      const options = show.optsWithGlobals<FormatOptions & { readonly history?: boolean }>()
      await using lake = await openExistingLake(options)
      const machine = lake.platform.names.nightly
      const record = name ? lake.executions.read(machine, name) : lake.executions.list(machine)[0]
      if (!record)
        throw new UsageError(
          name
            ? `there is no execution ${name}: "npm run lake -- executions" lists them`
            : 'nothing has run yet',
        )
      const history = lake.executions.history(machine, record.name)
      if (options.history) {
        for (const event of history) process.stdout.write(`${JSON.stringify(event)}\n`)
      } else if (options.format === 'json') {
        process.stdout.write(
          `${JSON.stringify({ ...record, steps: stepTimes(history).rows }, jsonValue, 2)}\n`,
        )
      } else if (options.format === 'csv') {
        print(stepTimes(history), options.format)
      } else {
        print(executionsTable([record]), options.format)
        process.stdout.write(
          `\ninput   ${JSON.stringify(record.input)}\noutput  ${JSON.stringify(record.output)}\n`,
        )
        if (record.error) process.stdout.write(`error   ${failureText(record.error)}\n`)
        process.stdout.write('\n')
        print(stepTimes(history), options.format)
      }
    })
}
