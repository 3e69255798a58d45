import type { Command } from 'commander'
import { z } from 'zod'
import { LAKE, runOfVersion } from '../../catalog/layout.ts'
import { type VacuumPlan, vacuumPlan, vacuumRecord } from '../../lambdas/shared/maintenance-documents.ts'
import type { FormatOptions } from './command-options.ts'
import { number, render } from './format.ts'
import { reportOption, runCommand } from './run-command.ts'

interface VacuumOptions extends FormatOptions {
  readonly dryRun?: boolean
  readonly name?: string
}

const ofRun = z.object({ run: z.string() })

/** A line for each run whose versions go: there are a dozen marts to a slice. */
function runsTable({ items }: VacuumPlan): string {
  const versions = items.flatMap((item) =>
    item.version === null ? [] : [{ ...item, version: item.version }],
  )
  const rows = [...Map.groupBy(versions, ({ version }) => runOfVersion(version))].map(([run, of]) => [
    run,
    of.length,
    number(of.reduce((sum, { objects }) => sum + objects, 0)),
    number(of.reduce((sum, { bytes }) => sum + bytes, 0)),
  ])
  return render({ columns: ['made by', 'versions', 'objects', 'bytes'], rows }, 'table').trimEnd()
}

function tell(plan: VacuumPlan, say: (text: string) => void): void {
  const { totals, releases, kept, notes } = plan
  if (totals.versions > 0) say(`\n${runsTable(plan)}`)
  if (releases.length > 0) say(`\nNobody can go back to ${releases.join(', ')} after that.`)
  const reasons = Object.entries(kept).map(([need, count]) => `${need} ${count}`)
  if (reasons.length > 0) say(`\nVersions that stay, by what needs them: ${reasons.join(', ')}.`)
  for (const note of notes) say(note)
}

const vacuum = ({ dryRun, name, ...options }: VacuumOptions): Promise<number> =>
  runCommand(options, {
    machine: (lake) => lake.platform.names.vacuum,
    input: { ...(dryRun && { dryRun }) },
    name,
    async summary(lake, { output }, say) {
      const { run } = ofRun.parse(output)
      const plan = await lake.document(LAKE.run(run, 'vacuum-plan'), vacuumPlan)
      const record = await lake.document(LAKE.run(run, 'vacuum'), vacuumRecord)
      if (!plan) throw new Error('the vacuum succeeded and left no plan')
      tell(plan, say)
      const { versions, tables, objects, bytes } = plan.totals
      if (dryRun)
        say(
          `\nA dry run: nothing was removed. It would be ${number(versions)} versions, ${number(tables)} temporary tables, ` +
            `${number(objects)} objects, ${number(bytes)} bytes.`,
        )
      else if (record) {
        const { removed, spared } = record
        say(
          `\nRemoved: ${number(removed.objects)} objects, ${number(removed.bytes)} bytes, ` +
            `${number(removed.partitions)} partitions, ${number(tables)} temporary tables.`,
        )
        if (spared.length > 0) say(`Needed again meanwhile, and kept: ${spared.join(', ')}.`)
      }
      return { json: record ?? plan }
    },
  })

export function registerVacuum(program: Command): void {
  const command = program
    .command('vacuum')
    .description('remove versions that no release, reader or execution needs')
    .option('--dry-run', 'say what would go, with bytes, and remove nothing')
    .option('--name <name>', 'name of the execution; each can be used once (default: r1, r2, …)')
    .addOption(reportOption())
    .addHelpText(
      'after',
      `
The newest three releases stay, with the current one; what a query may still read; what the next night would take instead of
curating again; what failed executions have made, for as long as they can be redriven. --format json names every version.

Examples:
  npm run lake -- vacuum --dry-run
  npm run lake -- vacuum

Exit codes: 0 done or nothing to do, 2 wrong usage, 3 it was refused or failed, 130 interrupted.`,
    )
    .action(async () => {
      process.exitCode = await vacuum(command.optsWithGlobals())
    })
}
