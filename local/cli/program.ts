import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { registerCatalogCommands } from './catalog-commands.ts'
import { wholeNumber } from './command-options.ts'
import { registerExecutionCommands } from './execution-commands.ts'
import { EXIT } from './exit-codes.ts'
import { explain } from './explain.ts'
import { registerGenerate } from './generate-command.ts'
import { DEFAULT_LAKE } from './open-lake.ts'
import { registerQualityCommands } from './quality-commands.ts'
import { registerSql } from './sql-command.ts'
import { registerStart } from './start.ts'

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
    registerSql,
    registerCatalogCommands,
    registerQualityCommands,
    registerGenerate,
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
