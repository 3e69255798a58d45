import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { registerSimulate } from '../stream/simulate-command.ts'
import { registerAlerts } from './alerts-command.ts'
import { registerCatalogCommands } from './catalog-commands.ts'
import { wholeNumber } from './command-options.ts'
import { registerCost } from './cost-command.ts'
import { registerDeadLetters } from './dead-letters-command.ts'
import { registerExecutionCommands } from './execution-commands.ts'
import { EXIT } from './exit-codes.ts'
import { explain } from './explain.ts'
import { registerGenerate } from './generate-command.ts'
import { registerLineage } from './lineage-command.ts'
import { registerLogs } from './logs-command.ts'
import { registerMaintenanceCommands } from './maintenance-commands.ts'
import { DEFAULT_LAKE } from './open-lake.ts'
import { registerQuality } from './quality-command.ts'
import { registerQualityCommands } from './quality-commands.ts'
import { registerRedrive } from './redrive-command.ts'
import { registerServe } from './serve-command.ts'
import { registerSql } from './sql-command.ts'
import { registerStart } from './start.ts'
import { registerStream } from './stream-command.ts'

/** As DuckDB spells sizes. */
function memorySize(text: string): string {
  if (!/^\d+(\.\d+)?\s*([KMGT]i?B|B)$/i.test(text))
    throw new InvalidArgumentError('a size is needed, for example 4GB')
  return text
}

function createProgram(): Command {
  const program = new Command('lake')
    .description('The embedded lakehouse: run the night, look at it, query it.')
    .option('--lake <folder>', 'folder of the lake; deleting it resets everything', DEFAULT_LAKE)
    .option('--memory <size>', 'memory limit of the engine, for example 4GB', memorySize)
    .option('--threads <n>', 'threads of the engine', wholeNumber)
    .exitOverride()
    .showHelpAfterError('(--help shows the options)')
  for (const register of [
    registerStart,
    registerExecutionCommands,
    registerLogs,
    registerRedrive,
    registerMaintenanceCommands,
    registerServe,
    registerSql,
    registerCatalogCommands,
    registerLineage,
    registerQuality,
    registerCost,
    registerQualityCommands,
    registerGenerate,
    registerSimulate,
    registerStream,
    registerAlerts,
    registerDeadLetters,
  ])
    register(program)
  // Options of the program are taken behind a command too: "lake start --lake folder".
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError('(--help shows the options)')
    for (const option of program.options) command.addOption(option)
  }
  return program
}

/** Runs one command line and gives its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  process.exitCode = EXIT.success
  try {
    await createProgram().parseAsync(args, { from: 'user' })
    return Number(process.exitCode)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage
    const { text, code } = explain(error)
    process.stderr.write(`${text}\n`)
    return code
  }
}
