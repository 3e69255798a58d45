import type { MachineKind } from '../../catalog/layout.ts'
import type { RunRecord } from '../shared/documents.ts'
import { environment } from '../shared/environment.ts'
import { listing } from '../shared/listing.ts'
import { type Notification, notification } from '../shared/notification.ts'
import { commandsFor, parentOf } from './commands.ts'
import type { ExecutionEnd } from './execution-end.ts'
import { type Meaning, meaningOf, startAnewLine } from './meanings.ts'

export interface Failure {
  readonly end: ExecutionEnd
  readonly kind: MachineKind
  /** As far as the execution came. */
  readonly record: RunRecord
  /** The states in which it ended, as far as that is known. */
  readonly states: readonly string[]
  /** The release that analysts see. */
  readonly current: string | null
}

const WHAT: Readonly<Record<MachineKind, string>> = {
  nightly: 'night',
  backfill: 'backfill',
  backfillMonth: "backfill's month",
  rollback: 'rollback',
  vacuum: 'vacuum',
  replay: 'replay',
}

/** What whoever is called at night reads: what failed, what that means, what to type, what analysts see now. */
export function failureMessage(failure: Failure): Notification {
  const { end, kind, record, states } = failure
  const meaning = meaningOf(end.status, end.error)
  const how = meaning.refused ? 'REFUSED' : end.status
  const place = states.length > 0 ? ` in ${listing(states, 3)}` : ''
  const name = end.error ? `: ${end.error}` : ''
  const machine = end.stateMachineArn.split(':').at(-1)
  return notification(`[${environment().environment}] Lakehouse ${WHAT[kind]} ${how}${name}${place}`, [
    record.error ? `${record.error.name}: ${record.error.cause}` : how,
    '',
    `What failed: execution ${end.name} of ${machine}${place || ', state unknown: see its history'}, ${again(end)}at ${record.endedAt}.`,
    `What it means: ${meaning.means}`,
    `What to do: ${meaning.mend}`,
    ...whatToType(end, meaning),
    '',
    whatAnalystsSee(failure),
    ...(record.slices.length + record.martsBuilt > 0
      ? [`It had curated ${record.slices.length} slices and built ${record.martsBuilt} mart months.`]
      : []),
    ...(record.warnings.length > 0 ? ['Warnings:', `- ${listing(record.warnings, 10, '\n- ')}`] : []),
    `Execution: ${end.executionArn}`,
    'More: docs/runbook.md',
  ])
}

const again = ({ redriveCount }: ExecutionEnd): string =>
  redriveCount > 0 ? `redriven ${redriveCount === 1 ? 'once' : `${redriveCount} times`}, ` : ''

function whatToType(end: ExecutionEnd, meaning: Meaning): string[] {
  const parent = parentOf(end)
  if (parent)
    return [
      `Execution ${parent.name} of ${parent.machine} has started it, and fails with it. To go on, redrive that one:`,
      `  ${commandsFor(parent).redrive}`,
    ]
  const { redrive, anew } = commandsFor(end)
  const isRedrivable = end.redriveStatus !== 'NOT_REDRIVABLE'
  const onward = ['To go on where it stopped (within 14 days):', `  ${redrive}`]
  const startAnew = [startAnewLine(meaning), `  ${anew}`]
  if (!isRedrivable)
    return [`It can not be redriven: ${end.redriveStatusReason ?? 'no reason was given'}.`, ...startAnew]
  return meaning.goOn === 'redrive' ? [...onward, ...startAnew] : startAnew
}

/** A night can fail after it has published: while the dashboards are refreshed. */
const whatAnalystsSee = ({ end: { error }, record: { run }, current }: Failure): string =>
  current === run
    ? `Analysts see release ${run}: it was published before the failure.`
    : current === null
      ? 'Analysts see nothing: no release is published yet.'
      : `Analysts see release ${current}${error === 'PublicationError' ? ', unless the error says otherwise' : ''}.`
