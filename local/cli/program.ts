import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { InvalidInputError } from '../../lambdas/shared/errors.ts'
import { MissingToolError } from '../engines/missing-tool-error.ts'
import { ExecutionExistsError, ExecutionNameError } from '../executor/execution-store.ts'
import { LakeBusyError } from '../executor/lake-lock.ts'
import { registerCatalogCommands } from './catalog-commands.ts'
import { registerExecutionCommands } from './execution-commands.ts'
import { EXIT, InterruptedError, UsageError } from './exit-codes.ts'
import { registerGenerate } from './generate-command.ts'
import { DEFAULT_LAKE } from './open-lake.ts'
import { registerQualityCommands } from './quality-commands.ts'
import { registerSql } from './sql-command.ts'
import { registerStart } from './start.ts'

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number above 0 is needed')
  return value
}

/** What can be mended by a person at this machine, by the code of the system call that failed. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'the permission is missing; mend it, or name another folder with --lake',
  ENOSPC: 'the disk is full; free some room and start again, what was published stands',
  EROFS: 'the file system is read-only; name another folder with --lake',
  ENOTDIR: 'a file stands where a folder is needed; name another one',
  EISDIR: 'a folder stands where a file is needed; name another one',
  EDQUOT: 'the quota is used up; free some room and start again, what was published stands',
}

/** Errors that say all that a person at the command line needs. */
const SPEAKING = [
  UsageError,
  InvalidInputError,
  MissingToolError,
  LakeBusyError,
  ExecutionExistsError,
  ExecutionNameError,
]

function explain(error: unknown): { text: string; code: number } {
  if (error instanceof InterruptedError) return { text: error.message, code: EXIT.interrupted }
  if (SPEAKING.some((known) => error instanceof known))
    return { text: (error as Error).message, code: EXIT.usage }
  const { code = '', path } = (error ?? {}) as NodeJS.ErrnoException
  const remedy = REMEDIES[code]
  if (remedy) return { text: `${path ?? 'a file of the lake'} can't be written: ${remedy}`, code: EXIT.usage }
  return {
    text: error instanceof Error ? (error.stack ?? error.message) : String(error),
    code: EXIT.unexpected,
  }
}

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
