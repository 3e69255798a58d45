import type { runSlices, SliceOutcome } from '../../catalog/audit.ts'
import { LAKE, runOfVersion } from '../../catalog/layout.ts'
import type { RowOf } from '../../catalog/table.ts'
import {
  type JobUsage,
  jobUsage,
  planRecord,
  type Release,
  type RunRecord,
  type SliceFigures,
  type SliceManifest,
  sliceManifest,
  verdicts,
} from './documents.ts'
import { findDocument } from './documents-store.ts'
import { inParallel } from './in-parallel.ts'
import { linesLeftOut } from './lines-left-out.ts'
import { costOfSlice } from './run-cost.ts'
import { worstAction } from './verdicts.ts'

type SliceRow = Omit<RowOf<typeof runSlices>, 'run' | 'machine' | 'execution' | 'started_at'>

/** A row for each slice that a run took up, in the order of their names: how far it came, and with what figures. */
export async function auditSlices(
  run: string,
  { slices: figures }: Pick<RunRecord, 'slices'>,
  current: Release | undefined,
): Promise<SliceRow[]> {
  const plan = await findDocument(planRecord, LAKE.run(run, 'plan'))
  const planned = [...(plan?.slices ?? [])].map((slice) => ({ slice, from: run }))
  const adopted = Object.entries(plan?.adopted ?? {}).map(([slice, { version }]) => ({
    slice,
    from: runOfVersion(version),
  }))
  const rows = await inParallel([...planned, ...adopted], 8, async ({ slice, from }) => {
    const manifest = await findDocument(sliceManifest, LAKE.run(from, `${slice}.manifest`))
    if (!manifest) return []
    const own = from === run ? figures.find((counted) => counted.slice === slice) : undefined
    const job = own && (await findDocument(jobUsage, LAKE.run(run, `${slice}.job`)))
    const outcome = from === run ? await outcomeOf(run, manifest, own, current) : 'adopted'
    return [rowOf(manifest, outcome, own, job)]
  })
  return rows.flat().sort((a, b) => (a.slice < b.slice ? -1 : 1))
}

async function outcomeOf(
  run: string,
  { slice, version }: SliceManifest,
  figures: SliceFigures | undefined,
  current: Release | undefined,
): Promise<SliceOutcome> {
  if (current?.slices[slice]?.version === version) return 'published'
  if (!figures) return 'planned'
  const gate = await findDocument(verdicts, LAKE.run(run, `${slice}.gate`))
  const action = worstAction(gate?.verdicts ?? [])
  return action === 'halt' ? 'halted' : action === 'quarantine' ? 'set-aside' : 'curated'
}

function rowOf(
  { slice, source, month, version, fingerprint, files }: SliceManifest,
  outcome: SliceOutcome,
  figures: SliceFigures | undefined,
  job: JobUsage | undefined,
): SliceRow {
  const count = (figure: 'read' | 'curated' | 'duplicates' | 'quarantined') =>
    figures ? BigInt(figures[figure]) : null
  const leftOut = figures && linesLeftOut(figures)
  return {
    slice,
    source,
    month,
    version,
    fingerprint,
    files: files.length,
    input_bytes: BigInt(files.reduce((sum, { size }) => sum + size, 0)),
    outcome,
    rows_read: count('read'),
    rows_curated: count('curated'),
    rows_duplicate: count('duplicates'),
    rows_quarantined: count('quarantined'),
    rows_left_out: leftOut === undefined ? null : BigInt(leftOut),
    reject_rate: figures && figures.read > 0 ? figures.quarantined / figures.read : null,
    first_event: figures?.firstEvent ?? null,
    last_event: figures?.lastEvent ?? null,
    job_seconds: job?.seconds ?? null,
    cost_usd: costOfSlice(figures, job),
  }
}
