import { MARTS } from '../../athena-views/index.ts'
import { LAKE } from '../../catalog/layout.ts'
import { putCandidate } from '../shared/candidate-store.ts'
import { hold, planRecord, type ReleasedSlice } from '../shared/documents.ts'
import { currentRelease, findDocument } from '../shared/documents-store.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { type MartMonth, planMartMonths } from '../shared/mart-months.ts'
import type { CuratedSlice } from '../shared/night-state.ts'
import { rememberSetAside } from '../shared/remember-set-aside.ts'
import { manifestOf, metricsOf } from '../shared/slice-documents.ts'
import { refuseOvertaken } from './refuse-overtaken.ts'

interface Curated {
  readonly run: string
  readonly curated: readonly CuratedSlice[]
}

interface MartLevels {
  readonly levels: MartMonth[][]
  readonly total: number
}

/**
 * The release as it is, with this night's good slices in place of the former ones, and those that earlier runs have made;
 * a slice set aside changes nothing. While publication is held there is nothing to build.
 */
export async function planMarts({ run, curated }: Curated): Promise<MartLevels> {
  const [release, plan, held] = await Promise.all([
    currentRelease(),
    findDocument(planRecord, LAKE.run(run, 'plan')),
    findDocument(hold, LAKE.hold),
  ])
  const registered = curated.filter(({ outcome }) => outcome === 'registered')
  const { adopted = {}, removed = [] } = plan ?? {}
  await refuseOvertaken(
    run,
    [
      ...registered,
      ...Object.entries(adopted).map(([slice, { version }]) => ({ slice, version })),
      ...removed.map((slice) => ({ slice, version: null })),
    ],
    release,
  )
  await rememberSetAside(run, curated)
  if (held) {
    await putCandidate({
      run,
      base: release?.release ?? null,
      slices: release?.slices ?? {},
      marts: release?.marts ?? {},
    })
    return { levels: [], total: 0 }
  }
  const taken = await inParallel(
    registered,
    8,
    async ({ slice }) => [slice, await releasedSliceOf(run, slice)] as const,
  )
  const all = { ...release?.slices, ...adopted, ...Object.fromEntries(taken) }
  for (const slice of removed) delete all[slice]
  // By name, however this night came by them: the same release is the same document.
  const slices = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))
  const { levels, marts } = planMartMonths(MARTS, slices, release?.marts ?? {}, run)
  await putCandidate({ run, base: release?.release ?? null, slices, marts })
  return { levels, total: levels.flat().length }
}

async function releasedSliceOf(run: string, slice: string): Promise<ReleasedSlice> {
  const [{ version, source, month, fingerprint }, { curated }] = await Promise.all([
    manifestOf(run, slice),
    metricsOf(run, slice),
  ])
  return { version, source, month, fingerprint, rows: curated }
}
