import { isDeepStrictEqual } from 'node:util'
import { LAKE } from '../../catalog/layout.ts'
import { type SetAside, setAsideSlices, verdicts } from '../shared/documents.ts'
import { findDocument, getDocument, putDocument } from '../shared/documents-store.ts'
import { inParallel } from '../shared/in-parallel.ts'
import type { CuratedSlice } from '../shared/night-state.ts'
import { manifestOf } from '../shared/slice-documents.ts'

/** Notes what this night set aside, so that the next one does not curate it again, and forgets what is good by now. */
export async function rememberSetAside(run: string, curated: readonly CuratedSlice[]): Promise<void> {
  if (curated.length === 0) return
  const before = (await findDocument(setAsideSlices, LAKE.setAside)) ?? {}
  const names = new Set(curated.map(({ slice }) => slice))
  const untouched = Object.entries(before).filter(([name]) => !names.has(name))
  const bad = curated.filter(({ outcome }) => outcome === 'set-aside')
  const added = await inParallel(
    bad,
    8,
    async ({ slice }) => [slice, await setAsideOf(run, slice, before[slice])] as const,
  )
  const after = Object.fromEntries([...untouched, ...added])
  if (!isDeepStrictEqual(before, after)) await putDocument(LAKE.setAside, after)
}

async function setAsideOf(run: string, slice: string, before: SetAside | undefined): Promise<SetAside> {
  const [{ fingerprint }, gate] = await Promise.all([
    manifestOf(run, slice),
    getDocument(verdicts, LAKE.run(run, `${slice}.gate`)),
  ])
  const rules = gate.verdicts.filter(({ action }) => action === 'quarantine').map(({ rule }) => rule)
  const since = before?.fingerprint === fingerprint ? before.since : new Date().toISOString()
  return { fingerprint, run, since, rules }
}
