import { MARTS } from '../../athena-views/index.ts'
import { putCandidate } from '../shared/candidate-store.ts'
import type { ReleasedSlice } from '../shared/documents.ts'
import { currentRelease } from '../shared/documents-store.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { type MartMonth, planMartMonths } from '../shared/mart-months.ts'
import type { CuratedSlice } from '../shared/night-state.ts'
import { manifestOf, metricsOf } from '../shared/slice-documents.ts'
import { rememberSetAside } from './remember-set-aside.ts'

interface Curated {
  readonly run: string
  readonly curated: readonly CuratedSlice[]
}

interface MartLevels {
  readonly levels: MartMonth[][]
  readonly total: number
}

/** The release as it is, with this night's good slices in place of the former ones; a slice set aside changes nothing. */
export async function planMarts({ run, curated }: Curated): Promise<MartLevels> {
  const release = await currentRelease()
  const registered = curated.filter(({ outcome }) => outcome === 'registered')
  const taken = await inParallel(
    registered,
    8,
    async ({ slice }) => [slice, await releasedSliceOf(run, slice)] as const,
  )
  const slices = { ...release?.slices, ...Object.fromEntries(taken) }
  const { levels, marts } = planMartMonths(MARTS, slices, release?.marts ?? {}, run)
  await rememberSetAside(run, curated)
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
