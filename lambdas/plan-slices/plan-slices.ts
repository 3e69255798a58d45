import { MARTS } from '../../athena-views/index.ts'
import { LAKE, versionName } from '../../catalog/layout.ts'
import { refreshedRelease, type SliceManifest, setAsideSlices } from '../shared/documents.ts'
import { currentRelease, findDocument, putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { planMartMonths } from '../shared/mart-months.ts'
import type { NightPlan, NightState, PlannedSlice } from '../shared/night-state.ts'
import { checkHeaders } from './check-headers.ts'
import { chooseSlices } from './choose-slices.ts'
import { copiesIn } from './copies-in.ts'
import { listRawSlices, type RawSlice } from './list-raw-slices.ts'
import { oneNight } from './one-night.ts'
import { profileKey } from './profile-key.ts'
import { staleDashboards } from './stale-dashboards.ts'

/** What a night has to do, from what lies in the raw zone and what is published. */
export async function planSlices(night: NightState): Promise<NightPlan> {
  const [raw, release, setAside = {}, refreshed] = await Promise.all([
    listRawSlices(),
    currentRelease(),
    findDocument(setAsideSlices, LAKE.setAside),
    findDocument(refreshedRelease, LAKE.refreshed),
  ])
  const released = release?.slices ?? {}
  const { changed: all, unchanged, notes: chosen } = chooseSlices(raw, { released, setAside }, night)
  const { changed, notes: left } = oneNight(all, night.force)
  const beginnings = await checkHeaders(changed.flatMap(({ files }) => files))
  // Publish refreshes them, be there anything new or not.
  const stale = staleDashboards(release, refreshed)
  const notes = [...chosen, ...left, ...stale, ...changed.flatMap((slice) => copiesIn(slice, beginnings))]
  const { levels, marts } = planMartMonths(MARTS, released, release?.marts ?? {}, night.run)
  // A mart that was removed has nothing to build, but its view is to go.
  const isRemoved = Object.keys(release?.marts ?? {}).some((name) => !(name in marts))
  const slices = changed.map((slice) => planned(slice, night.run))
  if (!night.dryRun) {
    await Promise.all(changed.map((slice) => writeManifest(slice, night.run)))
    const names = slices.map(({ slice }) => slice)
    await putDocument(LAKE.run(night.run, 'plan'), { slices: names, unchanged, notes })
  }
  return {
    changed: slices.length > 0 || levels.length > 0 || isRemoved || stale.length > 0,
    slices,
    unchanged,
    profileKey: profileKey(slices.map(({ month }) => month)),
    notes,
  }
}

const manifestKey = (run: string, slice: string): string => LAKE.run(run, `${slice}.manifest`)

const planned = ({ slice, source, month, files }: RawSlice, run: string): PlannedSlice => ({
  slice,
  source,
  month,
  version: versionName(slice, run),
  manifest: manifestKey(run, slice),
  files: files.length,
  bytes: files.reduce((sum, { size }) => sum + size, 0),
})

function writeManifest(slice: RawSlice, run: string): Promise<boolean> {
  const manifest: SliceManifest = {
    ...slice,
    version: versionName(slice.slice, run),
    bucket: environment().rawBucket,
  }
  return putDocument(manifestKey(run, slice.slice), manifest)
}
