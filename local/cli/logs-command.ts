import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { LEVELS, type Level, logText } from './log-text.ts'
import { executionNamed, type MachineOptions, machineNamed, machineOption } from './machine-option.ts'
import { type Lake, type LakeOptions, openExistingLake } from './open-lake.ts'

const POLL_MS = 200

interface LogsOptions extends LakeOptions, MachineOptions {
  readonly level: Level
  readonly metrics?: boolean
  readonly follow?: boolean
  readonly format: 'text' | 'json'
}

function level(text: string): Level {
  const found = LEVELS.find((known) => known === text.toUpperCase())
  if (!found) throw new InvalidArgumentError(`there are ${LEVELS.join(', ').toLowerCase()}`)
  return found
}

async function show(lake: Lake, name: string | undefined, options: LogsOptions): Promise<void> {
  const machine = machineNamed(lake, options)
  const execution = executionNamed(lake, machine, name)
  const shown = { level: options.level, metrics: options.metrics ?? false }
  const print = (lines: readonly string[]) => {
    for (const line of lines) {
      const text = logText(line, shown)
      if (text !== undefined) process.stdout.write(`${options.format === 'json' ? line : text}\n`)
    }
  }
  for (let end = 0, isOver = false; ; ) {
    // Asked before the log is read: what an execution logs last, it logs before it has ended.
    isOver = !options.follow || lake.executions.read(machine, execution.name)?.status !== 'RUNNING'
    const part = lake.platform.logs.read(machine, execution.name, end)
    print(part.lines)
    end = part.end
    if (isOver) return
    await sleep(POLL_MS)
  }
}

export function registerLogs(program: Command): void {
  const logs = program
    .command('logs')
    .description('show what the functions and jobs of an execution have logged')
    .argument('[name]', 'its name (default: the newest)')
    .addOption(
      new Option('--level <level>', 'lines of this level and above').argParser(level).default('INFO', 'info'),
    )
    .option('--metrics', 'the metrics that it has sent, instead of its lines')
    .option('--follow', 'go on until it ends')
    .addOption(machineOption())
    .addOption(
      new Option('--format <format>', 'how to print; json is one object a line')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  npm run lake -- logs
  npm run lake -- logs r7 --level warn
  npm run lake -- logs --follow
  npm run lake --silent -- logs r7 --format json | jq 'select(.slice == "csv-2019-10")'`,
    )
    .action(async (name: string | undefined) => {
      const options = logs.optsWithGlobals<LogsOptions>()
      await using lake = await openExistingLake(options)
      await show(lake, name, options)
    })
}
