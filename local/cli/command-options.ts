import { type Command, InvalidArgumentError, Option } from 'commander'
import { FORMATS, type Format, render, type Table } from './format.ts'
import { ATHENA_ENGINES, GLUE_ENGINES, type Lake, type LakeOptions, openExistingLake } from './open-lake.ts'

export interface FormatOptions extends LakeOptions {
  readonly format: Format
}

/** For options that count: `--rows 1000`. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number above 0 is needed')
  return value
}

export const formatOption = (): Option =>
  new Option('--format <format>', 'how to print').choices(FORMATS).default('table')

/** For commands that run tasks: what does the work of Glue and Athena. */
export const engineOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--glue <engine>', "what runs Glue's job; spark needs Python 3.11 and a JDK 17")
        .choices(GLUE_ENGINES)
        .default('duckdb'),
    )
    .addOption(
      new Option(
        '--athena <engine>',
        "what runs Athena's statements; trino needs a JDK 24 or newer and Maven",
      )
        .choices(ATHENA_ENGINES)
        .default('duckdb'),
    )

export const print = (table: Table, format: Format): void => {
  process.stdout.write(table.rows.length === 0 && format === 'table' ? '(no rows)\n' : render(table, format))
}

/** A command that reads an existing lake and prints a table. */
export function tableCommand(
  command: Command,
  read: (lake: Lake, ...args: string[]) => Promise<Table>,
): Command {
  return command.addOption(formatOption()).action(async (...all: unknown[]) => {
    const args = all.filter((argument) => typeof argument === 'string')
    const { format, ...options } = command.optsWithGlobals<FormatOptions>()
    await using lake = await openExistingLake(options)
    print(await read(lake, ...args), format)
  })
}
