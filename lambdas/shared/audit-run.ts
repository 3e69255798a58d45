import { type RunOutcome, runSlices, runs } from '../../catalog/audit.ts'
import type { RowOf } from '../../catalog/table.ts'
import { auditSlices } from './audit-slices.ts'
import { putAudit } from './audit-store.ts'
import type { RunRecord } from './documents.ts'
import { currentRelease } from './documents-store.ts'
import { environment } from './environment.ts'
import { describeExecution, type ExecutionFacts, partsOfExecution, startedByOf } from './execution-facts.ts'
import { costOfRun } from './run-cost.ts'
import { kindOfExecution, runOfExecution } from './run-id.ts'
import { timestampOf } from './timestamp-of.ts'

export interface RunEnd {
  /** The ARN, or what an event has told of the execution already. */
  readonly execution: string | ExecutionFacts
  readonly record: RunRecord
  /** Where it is more exact than the record's status. */
  readonly outcome?: RunOutcome
  /** The documents under the run's name are another execution's: of this one there are no slices. */
  readonly isOthers?: boolean
}

type RunRow = RowOf<typeof runs>

/**
 * Writes a run's rows of the views `runs` and `run_slices`, in place of those of an earlier end of the same execution: one
 * that failed and was redriven has one row.
 *
 * Whatever ends a run calls it: `record-run` and its likes for what came to its end, `record-failure` for what did not,
 * which must leave a row alone that the execution has written itself (an execution can fail after that, while it tells of it).
 */
export async function auditRun({ execution, record, ...end }: RunEnd): Promise<void> {
  const facts = typeof execution === 'string' ? await describeExecution(execution) : execution
  const endedAt = facts.endedAt ?? new Date()
  const { names } = environment()
  const run = runOfExecution(facts.execution, names)
  const current = await currentRelease()
  const slices = end.isOthers ? [] : await auditSlices(run, record, current)
  const slicesCost = slices.reduce((total, { cost_usd }) => total + Number(cost_usd), 0)
  const own = {
    run,
    machine: partsOfExecution(facts.execution).machine,
    execution: facts.execution,
    started_at: timestampOf(facts.startedAt),
  }
  const sum = (figure: 'read' | 'curated' | 'duplicates' | 'quarantined') =>
    BigInt(record.slices.reduce((total, slice) => total + slice[figure], 0))
  const row: RunRow = {
    ...own,
    ended_at: timestampOf(endedAt),
    seconds: (endedAt.getTime() - facts.startedAt.getTime()) / 1000,
    redrives: facts.redrives,
    started_by: startedByOf(facts.input),
    input: facts.input,
    outcome: end.outcome ?? record.status,
    release: current?.release ?? null,
    slices: slices.length,
    slices_set_aside: slices.filter(({ outcome }) => outcome === 'set-aside').length,
    marts_built: record.martsBuilt,
    rows_read: sum('read'),
    rows_curated: sum('curated'),
    rows_duplicate: sum('duplicates'),
    rows_quarantined: sum('quarantined'),
    job_seconds: record.usage?.jobSeconds ?? 0,
    bytes_scanned: BigInt(record.usage?.bytesScanned ?? 0),
    cost_usd: costOfRun(kindOfExecution(facts.execution, names), record, slicesCost),
    warnings: [...record.warnings],
    error: record.error?.name ?? null,
    cause: record.error?.cause ?? null,
  }
  // The slices first: a run's row says that all of it is there.
  await putAudit(
    runSlices,
    facts,
    slices.map((slice) => ({ ...own, ...slice })),
  )
  await putAudit(runs, facts, [row])
}
