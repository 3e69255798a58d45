import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { type ReplayRecord, replayRecord } from '../../lambdas/shared/replay-documents.ts'
import { type FormatOptions, wholeNumber } from './command-options.ts'
import { number, render } from './format.ts'
import { reportOption, runCommand } from './run-command.ts'

interface ReplayOptions extends FormatOptions {
  readonly from: string
  readonly to: string
  readonly rate?: number
  readonly backup?: boolean
  readonly name?: string
}

const ofRun = z.object({ run: z.string() })

/** An instant in UTC as the machine takes it; seconds and the Z may be left out, and so may the time of day. */
export function instant(text: string): string {
  const [, day, minutes = '00:00', seconds = ':00'] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?)?Z?$/.exec(text) ?? []
  const iso = `${day}T${minutes}${seconds}Z`
  if (day === undefined || Number.isNaN(Date.parse(iso)))
    throw new InvalidArgumentError('an instant is written in UTC, for example 2026-11-01T10:00:00Z')
  return iso
}

function outcomes({ counts }: ReplayRecord): string {
  const rows = [
    ['sent again, marked', number(counts.sent)],
    ['left out: of another time', number(counts.outside)],
    ['left out: sent by a replay before', number(counts.marked)],
    ['left out: no JSON object', number(counts.unreadable)],
    ['left out: of the future when it came', number(counts.ahead)],
    ['NOT SENT: too large with the mark', number(counts.tooLarge)],
  ]
  return render({ columns: ['events', ''], rows }, 'table').trimEnd()
}

const replay = ({ from, to, rate, backup, name, ...options }: ReplayOptions): Promise<number> =>
  runCommand(options, {
    machine: (lake) => lake.platform.names.replay,
    input: { from, to, ...(rate !== undefined && { rate }), ...(backup && { source: 'backup' }) },
    name,
    async summary(lake, { output }, say) {
      const record = await lake.document(LAKE.run(ofRun.parse(output).run, 'replay'), replayRecord)
      if (!record) throw new Error('the replay succeeded and left no record')
      say(`\n${outcomes(record)}`)
      for (const place of record.notSent) say(`  ${place}`)
      say(
        record.counts.sent === 0
          ? '\nNothing was left to send again.'
          : '\nThey are in stream 1. Where "lake stream" runs, it reads them now; else: npm run lake -- stream --for 0s',
      )
      return { json: record }
    },
  })

export function registerReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('send persisted events of a time range into stream 1 again, marked as a replay')
    .requiredOption('--from <instant>', 'first instant of their arrival, UTC: 2026-11-01T10:00:00Z', instant)
    .requiredOption('--to <instant>', 'the first one behind the range', instant)
    .option('--rate <n>', 'events a second (default: 2000)', wholeNumber)
    .option('--backup', 'read the second copy instead of the raw zone')
    .option('--name <name>', 'name of the execution, with which events are marked (default: r1, r2, …)')
    .addOption(reportOption())
    .addHelpText(
      'after',
      `
The range is of the time of arrival, which is that of the folders in the raw zone; within an hour txn_timestamp tells, where it is
near. What a replay has sent before is left out, and no night takes it in a second time. Alerts that are found again have the ids that they had.
A replay that failed or was stopped goes on with "redrive --machine replay".

Examples:
  npm run lake -- replay --from 2026-11-01T10:00:00Z --to 2026-11-01T12:30:00Z
  npm run lake -- replay --from 2026-11-01 --to 2026-11-02 --rate 20000

Exit codes: 0 sent or nothing to send, 2 wrong usage, 3 it was refused or failed, 130 interrupted.`,
    )
    .action(async () => {
      process.exitCode = await replay(command.optsWithGlobals())
    })
}
