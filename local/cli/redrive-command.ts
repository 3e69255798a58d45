import type { Command } from 'commander'
import { engineOptions } from './command-options.ts'
import { interruptible } from './interruptible.ts'
import { executionNamed, type MachineOptions, machineNamed, machineOption } from './machine-option.ts'
import { type LakeOptions, openExistingLake } from './open-lake.ts'
import { createProgress } from './progress.ts'
import { exitCodeOf, reportEnd } from './report-end.ts'
import { reportNight } from './report-night.ts'

const ENDED_BADLY = new Set(['FAILED', 'ABORTED', 'TIMED_OUT'])
const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

async function redrive(name: string | undefined, options: LakeOptions & MachineOptions): Promise<number> {
  return interruptible(async (signal) => {
    await using lake = await openExistingLake({ ...options, exclusive: true, say, signal })
    const machine = machineNamed(lake, options)
    const found = executionNamed(lake, machine, name, ({ status }) => ENDED_BADLY.has(status))
    const from = performance.now()
    const { record, ended } = await lake.states.redrive({
      machine,
      name: found.name,
      signal,
      onEvent: createProgress({
        write: (text) => process.stdout.write(text),
        terminal: process.stdout.isTTY,
        before: lake.executions.history(machine, found.name),
      }),
    })
    say(`Redrive ${record.redriveCount} of ${found.name} (${machine}), which had ended ${found.status}:`)
    const end = await ended
    const ms = performance.now() - from
    if (machine === lake.platform.names.nightly) return await reportNight(lake, end, ms, say)
    reportEnd(lake, end, ms, say)
    return exitCodeOf(end)
  })
}

export function registerRedrive(program: Command): void {
  engineOptions(
    program
      .command('redrive')
      .description('go on with an execution that failed or was aborted, at the state where it ended')
      .argument('[name]', 'its name (default: the newest that has not succeeded)')
      .addOption(machineOption()),
  )
    .addHelpText(
      'after',
      `
What succeeded is not done again; of a Map, only the items that failed or were aborted are. The input and the definition are
those with which it was started: to run a changed definition, start another execution.

Examples:
  npm run lake -- redrive
  npm run lake -- redrive r7`,
    )
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      process.exitCode = await redrive(name, command.optsWithGlobals())
    })
}
