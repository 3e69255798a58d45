import type { Command } from 'commander'
import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, hold } from '../../lambdas/shared/documents.ts'
import type { FormatOptions } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import { reportOption, runCommand } from './run-command.ts'

interface RollbackOptions extends FormatOptions {
  readonly reason?: string
  readonly resume?: boolean
  readonly name?: string
}

function inputOf(release: string | undefined, { reason, resume }: RollbackOptions): object {
  if (resume && (release !== undefined || reason !== undefined))
    throw new UsageError('--resume stands alone: it lets nights publish again')
  if (resume) return { resume: true }
  if (release === undefined)
    throw new UsageError(
      'name a release to go back to ("npm run lake -- releases" lists them), or give --resume to let nights publish again',
    )
  return { release, ...(reason !== undefined && { reason }) }
}

const rollback = (release: string | undefined, options: RollbackOptions): Promise<number> =>
  runCommand(options, {
    machine: (lake) => lake.platform.names.rollback,
    input: inputOf(release, options),
    name: options.name,
    async summary(lake, _, say) {
      const [pointer, held] = await Promise.all([
        lake.document(LAKE.current, currentPointer),
        lake.document(LAKE.hold, hold),
      ])
      say(`\nReaders see release ${pointer?.release}.`)
      if (held)
        say(
          'Publication is held: nights curate, and publish nothing. When the cause is mended:\n  npm run lake -- rollback --resume',
        )
      else say('Nights publish again.')
      return { json: { release: pointer?.release ?? null, held: held ?? null } }
    },
  })

export function registerRollback(program: Command): void {
  const command = program
    .command('rollback')
    .description('show a former release again, and keep nights from publishing until --resume')
    .argument('[release]', 'its name, as "releases" lists it')
    .option('--reason <text>', 'why, for those who find publication held')
    .option('--resume', 'let nights publish again; the next one publishes what the raw zone has')
    .option('--name <name>', 'name of the execution; each can be used once (default: r1, r2, …)')
    .addOption(reportOption())
    .addHelpText(
      'after',
      `
Views go back at once, all of them or none; no file is touched. Releases whose files were vacuumed can't be shown again.

Examples:
  npm run lake -- rollback r7 --reason "revenue of October is doubled"
  npm run lake -- rollback --resume

Exit codes: 0 done, 2 wrong usage, 3 it was refused or failed, 130 interrupted.`,
    )
    .action(async (release: string | undefined) => {
      process.exitCode = await rollback(release, command.optsWithGlobals())
    })
}
