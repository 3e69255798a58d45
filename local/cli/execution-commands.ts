import type { Command } from 'commander'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import { type FormatOptions, formatOption, print } from './command-options.ts'
import { failureText } from './failure-text.ts'
import { jsonText, type Table } from './format.ts'
import { executionNamed, type MachineOptions, machineNamed, machineOption } from './machine-option.ts'
import { openExistingLake } from './open-lake.ts'
import { stepTimes } from './steps.ts'

const seconds = ({ startedAt, stoppedAt, redrivenAt }: ExecutionRecord): number | null =>
  stoppedAt === null ? null : (Date.parse(stoppedAt) - Date.parse(redrivenAt ?? startedAt)) / 1000

const executionsTable = (records: readonly ExecutionRecord[]): Table => ({
  columns: ['name', 'status', 'started', 'seconds', 'redrives', 'error'],
  rows: records.map((record) => [
    record.name,
    record.status,
    record.startedAt,
    seconds(record),
    record.redriveCount,
    record.error?.name ?? null,
  ]),
})

type ExecutionOptions = FormatOptions & MachineOptions

function registerList(program: Command): void {
  const list = program
    .command('executions')
    .description('list the executions of a state machine, newest first')
    .addOption(machineOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExamples:\n  npm run lake -- executions --format json\n  npm run lake -- executions --machine backfill',
    )
    .action(async () => {
      const options = list.optsWithGlobals<ExecutionOptions>()
      await using lake = await openExistingLake(options)
      print(executionsTable(lake.executions.list(machineNamed(lake, options))), options.format)
    })
}

function registerShow(program: Command): void {
  const show = program
    .command('show')
    .description('show an execution: input, output, error, and the time of each step')
    .argument('[name]', 'its name (default: the newest)')
    .addOption(machineOption())
    .option('--history', 'every event, one a line: each state with its input and output')
    .addOption(formatOption())
    .addHelpText('after', '\nExamples:\n  npm run lake -- show r1\n  npm run lake -- show r1 --history')
    .action(async (name: string | undefined) => {
      const options = show.optsWithGlobals<ExecutionOptions & { readonly history?: boolean }>()
      await using lake = await openExistingLake(options)
      const record = executionNamed(lake, machineNamed(lake, options), name)
      const history = lake.executions.history(record.machine, record.name)
      if (options.history) {
        for (const event of history) process.stdout.write(`${JSON.stringify(event)}\n`)
      } else if (options.format === 'json') {
        const { redriveTokens: _, ...shown } = record
        process.stdout.write(jsonText({ ...shown, steps: stepTimes(history).rows }))
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

function registerStop(program: Command): void {
  const stop = program
    .command('stop')
    .description('stop an execution, whichever process runs it, and wait until it has ended')
    .argument('[name]', 'its name (default: the newest that runs)')
    .addOption(machineOption())
    .option('--cause <text>', 'why, for whoever looks at it later')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run lake -- stop\n  npm run lake -- stop r7 --cause "wrong file"',
    )
    .action(async (name: string | undefined) => {
      const options = stop.optsWithGlobals<ExecutionOptions & { readonly cause?: string }>()
      await using lake = await openExistingLake(options)
      const machine = machineNamed(lake, options)
      const found = executionNamed(lake, machine, name, ({ status }) => status === 'RUNNING')
      if (found.status !== 'RUNNING') {
        process.stdout.write(`${found.name} does not run: it is ${found.status}\n`)
        return
      }
      const { cause = 'stopped by "lake stop"' } = options
      const ended = await lake.states.stop(machine, found.name, { error: 'Stopped', cause })
      process.stdout.write(`${ended.name}: ${ended.status}\n`)
    })
}

export function registerExecutionCommands(program: Command): void {
  for (const register of [registerList, registerShow, registerStop]) register(program)
}
