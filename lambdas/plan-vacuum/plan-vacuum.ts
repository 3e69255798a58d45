import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { putDocument } from '../shared/documents-store.ts'
import { AlreadyRunningError, InvalidInputError } from '../shared/errors.ts'
import { runningBefore, spelled } from '../shared/executions.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { type MachineStart, startedBy } from '../shared/machine-start.ts'
import type { Removable, VacuumPlan } from '../shared/maintenance-documents.ts'
import { refuseUsedName } from '../shared/refuse-used-name.ts'
import { type ReleaseHistory, releaseHistory } from '../shared/release-history.ts'
import { neededVersions } from '../shared/vacuum/needed-versions.ts'
import { vacuumSettings } from '../shared/vacuum/settings.ts'
import { measure, type StoredVersion, storedVersions } from '../shared/vacuum/stored-versions.ts'
import { idOf, versionIds } from '../shared/vacuum/version-id.ts'
import { type Chunk, chunksOf, MOST_ITEMS } from './chunks-of.ts'
import { temporaryTables } from './temporary-tables.ts'

const vacuumInput = z.strictObject({ dryRun: z.boolean().default(false), ...startedBy })

/** What the states of a vacuum are given; what is to go lies in the run's folder. */
export interface VacuumState extends Pick<VacuumPlan, 'run' | 'dryRun' | 'totals' | 'kept' | 'notes'> {
  readonly execution: string
  readonly startedAt: string
  readonly chunks: readonly Chunk[]
}

/** Finds what nobody needs. Nothing is changed by that. */
export async function planVacuum(
  { execution, run, startedAt, input }: MachineStart,
  now = Date.now(),
): Promise<VacuumState> {
  const parsed = vacuumInput.safeParse(input ?? {})
  if (!parsed.success)
    throw new InvalidInputError(
      `The vacuum's input is not valid:\n${z.prettifyError(parsed.error)}\nGive {} or { "dryRun": true }.`,
    )
  await refuseBeside(execution, startedAt)
  await refuseUsedName(run, startedAt)
  const history = await releaseHistory()
  const { idle, kept } = await idleVersions(history, now)
  const tables = await temporaryTables(now)
  const all: Removable[] = [
    ...tables.map((table) => ({ table, version: null, prefix: null, objects: 0, bytes: 0 })),
    ...idle,
  ]
  const items = all.slice(0, MOST_ITEMS)
  const plan: VacuumPlan = {
    run,
    dryRun: parsed.data.dryRun,
    plannedAt: new Date(now).toISOString(),
    items,
    releases: releasesOf(items, history),
    totals: totalsOf(items),
    kept,
    notes:
      all.length > items.length ? [`${all.length - items.length} more are left to the next vacuum.`] : [],
  }
  await putDocument(LAKE.run(run, 'vacuum-plan'), plan)
  const { dryRun, totals, notes } = plan
  return { run, execution, startedAt, dryRun, totals, kept, notes, chunks: chunksOf(items) }
}

/** A rollback may be about to show what is to be removed. Nights may run: what they need is known. */
async function refuseBeside(execution: string, startedAt: string): Promise<void> {
  const [other] = await runningBefore(execution, startedAt, ['vacuum', 'rollback'])
  if (other)
    throw new AlreadyRunningError(
      `${spelled(other)}, is running. Wait for its end or stop it, then start this one again.`,
    )
}

async function idleVersions(
  history: ReleaseHistory,
  now: number,
): Promise<{ idle: Removable[]; kept: VacuumPlan['kept'] }> {
  const settings = vacuumSettings()
  const [needOf, stored] = await Promise.all([neededVersions(history, settings, now), storedVersions()])
  const released = new Set(history.releases.flatMap(({ release }) => versionIds(release)))
  const judged = await inParallel(stored, 16, async (version) => {
    const need = needOf(version)
    if (need !== undefined) return { need }
    const { objects, bytes, youngest } = await measure(version.prefix)
    // What no release has may be a night's that is still to be redriven.
    if (!released.has(version.id) && youngest > now - settings.unpublished)
      return { need: 'a failed run that can be redriven' }
    return { need: undefined, item: itemOf(version, objects, bytes) }
  })
  const kept: Record<string, number> = {}
  for (const { need } of judged) if (need !== undefined) kept[need] = (kept[need] ?? 0) + 1
  return { idle: judged.flatMap(({ item }) => item ?? []), kept }
}

const itemOf = ({ table, version, prefix }: StoredVersion, objects: number, bytes: number): Removable => ({
  table,
  version,
  prefix,
  objects,
  bytes,
})

/** Releases that lose a version. */
function releasesOf(items: readonly Removable[], { releases }: ReleaseHistory): string[] {
  const going = new Set(items.map(idOf))
  return releases
    .filter(({ release }) => versionIds(release).some((id) => going.has(id)))
    .map(({ release }) => release.release)
}

const totalsOf = (items: readonly Removable[]): VacuumPlan['totals'] => ({
  versions: items.filter(({ version }) => version !== null).length,
  tables: items.filter(({ version }) => version === null).length,
  objects: items.reduce((sum, { objects }) => sum + objects, 0),
  bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
})
