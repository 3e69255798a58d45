import { LAKE } from '../../catalog/layout.ts'
import { type SetAside, setAsideSlices, verdicts } from './documents.ts'
import { findDocument, getDocument } from './documents-store.ts'
import { inParallel } from './in-parallel.ts'
import type { CuratedSlice } from './night-state.ts'
import { manifestOf } from './slice-documents.ts'
import { updateDocument } from './update-document.ts'

/** Notes what this run set aside, so that no night curates it again, and forgets what is good by now. */
export async function rememberSetAside(run: string, curated: readonly CuratedSlice[]): Promise<void> {
  if (curated.length === 0) return
  const bad = curated.filter(({ outcome }) => outcome === 'set-aside')
  // Nothing to note and nothing to forget: no empty document.
  if (bad.length === 0 && !(await findDocument(setAsideSlices, LAKE.setAside))) return
  const judged = await inParallel(bad, 8, async ({ slice }) => [slice, await setAsideOf(run, slice)] as const)
  const names = new Set(curated.map(({ slice }) => slice))
  // Months of a backfill are judged side by side.
  await updateDocument(setAsideSlices, LAKE.setAside, (before = {}) => ({
    ...Object.fromEntries(Object.entries(before).filter(([name]) => !names.has(name))),
    ...Object.fromEntries(judged.map(([name, now]) => [name, sinceWhen(now, before[name])])),
  }))
}

async function setAsideOf(run: string, slice: string): Promise<SetAside> {
  const [{ fingerprint }, gate] = await Promise.all([
    manifestOf(run, slice),
    getDocument(verdicts, LAKE.run(run, `${slice}.gate`)),
  ])
  const rules = gate.verdicts.filter(({ action }) => action === 'quarantine').map(({ rule }) => rule)
  const now = new Date().toISOString()
  return { fingerprint, run, since: now, judgedAt: now, rules }
}

/** The same files are bad for as long as they have been, however often they are judged. */
const sinceWhen = (now: SetAside, before: SetAside | undefined): SetAside =>
  before?.fingerprint === now.fingerprint ? { ...now, since: before.since } : now
