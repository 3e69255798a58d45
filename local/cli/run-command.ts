import path from 'node:path'
import { Option } from 'commander'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import type { FormatOptions } from './command-options.ts'
import { jsonText } from './format.ts'
import { interruptible } from './interruptible.ts'
import { type Lake, openExistingLake } from './open-lake.ts'
import { createProgress } from './progress.ts'
import { exitCodeOf, reportEnd } from './report-end.ts'
import { runMachine } from './run-machine.ts'
import { startedBy } from './started-by.ts'

/** What came of it, for a person or as JSON. */
export const reportOption = (): Option =>
  new Option('--format <format>', 'how to print what came of it').choices(['table', 'json']).default('table')

export interface RunCommand {
  /** The machine's name, of the lake's names. */
  readonly machine: (lake: Lake) => string
  readonly input: object
  /** The name of the execution; the next free one where it is left out. */
  readonly name?: string | undefined
  /** What came of an execution that succeeded: for JSON, and told to a person by `say`. */
  readonly summary: (
    lake: Lake,
    record: ExecutionRecord,
    say: (text: string) => void,
  ) => Promise<{ readonly json: unknown; readonly exitCode?: number }>
}

/**
 * Runs a machine on an existing lake as a command: progress line by line, then what came of it. With `--format json` the
 * result alone is on stdout, and all else on stderr.
 */
export const runCommand = (options: FormatOptions, command: RunCommand): Promise<number> =>
  interruptible(async (signal) => {
    const isJson = options.format === 'json'
    const out = isJson ? process.stderr : process.stdout
    const write = (text: string): void => {
      out.write(text)
    }
    const say = (text: string) => write(`${text}\n`)
    await using lake = await openExistingLake({ ...options, exclusive: true, say, signal })
    const machine = command.machine(lake)
    say(`Execution of ${machine} in ${path.relative('.', lake.root) || '.'}:`)
    const from = performance.now()
    const record = await runMachine(lake, {
      machine,
      input: { ...command.input, ...startedBy() },
      name: command.name,
      signal,
      onEvent: createProgress({ write, terminal: out.isTTY }),
    })
    reportEnd(lake, record, performance.now() - from, say)
    if (record.status !== 'SUCCEEDED') {
      if (isJson) printJson({ status: record.status, error: record.error })
      return exitCodeOf(record)
    }
    const { json, exitCode } = await command.summary(lake, record, say)
    if (isJson) printJson(json)
    return exitCode ?? exitCodeOf(record)
  })

const printJson = (value: unknown): void => {
  process.stdout.write(jsonText(value))
}
