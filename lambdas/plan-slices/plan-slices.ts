import { MARTS } from '../../athena-views/index.ts'
import { LAKE, versionName } from '../../catalog/layout.ts'
import {
  hold,
  type ReleasedSlice,
  refreshedRelease,
  type SliceManifest,
  setAsideSlices,
} from '../shared/documents.ts'
import { currentRelease, findDocument, putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { heldNote } from '../shared/held-note.ts'
import { listRawSlices, type RawSlice } from '../shared/list-raw-slices.ts'
import { listing } from '../shared/listing.ts'
import { planMartMonths } from '../shared/mart-months.ts'
import type { NightPlan, NightState, PlannedSlice } from '../shared/night-state.ts'
import type { Telemetry } from '../shared/telemetry.ts'
import { adoptableVersions } from './adoptable-versions.ts'
import { checkHeaders } from './check-headers.ts'
import { askedSlices, chooseSlices } from './choose-slices.ts'
import { confirmDeletions } from './confirm-deletions.ts'
import { copiesIn } from './copies-in.ts'
import { deletedInputs } from './deleted-inputs.ts'
import { newestFileAge } from './newest-file-age.ts'
import { oneNight } from './one-night.ts'
import { profileKey } from './profile-key.ts'
import { staleDashboards } from './stale-dashboards.ts'

/** What a night has to do, from what lies in the raw zone and what is published. */
export async function planSlices(night: NightState, measure: Telemetry['measure']): Promise<NightPlan> {
  const [raw, release, setAside = {}, refreshed, held] = await Promise.all([
    listRawSlices(),
    currentRelease(),
    findDocument(setAsideSlices, LAKE.setAside),
    findDocument(refreshedRelease, LAKE.refreshed),
    findDocument(hold, LAKE.hold),
  ])
  const age = newestFileAge(raw.filter(isExported))
  if (age !== undefined) measure({ NewestFileAge: age })
  const released = release?.slices ?? {}
  const gone = await deletedInputs(raw, released, night)
  const { removed, notes: deletions } = await confirmDeletions(gone, night.acceptDeletions)
  const adoptable = await adoptableVersions(
    askedSlices(raw, night).filter(
      ({ slice, fingerprint }) => night.backfill !== null || released[slice]?.fingerprint !== fingerprint,
    ),
  )
  const chosen = chooseSlices(raw, { released, setAside, adoptable, removed }, night)
  const { taken, notes: left } = oneNight([...chosen.changed, ...chosen.adopted], night.force)
  const [changed, adopted] = [chosen.changed, chosen.adopted].map((all) => all.filter(isIn(taken))) as [
    RawSlice[],
    RawSlice[],
  ]
  const versions = adopted.flatMap(({ slice }) => adoptable[slice] ?? [])
  // Only exports have headers: lines of JSON say themselves what they are.
  const exported = changed.filter(isExported)
  const beginnings = await checkHeaders(exported.flatMap(({ files }) => files))
  // Publish refreshes them, be there anything new or not.
  const stale = staleDashboards(release, refreshed)
  const notes = [
    ...(held ? [heldNote(held)] : []),
    ...chosen.notes,
    ...deletions,
    ...left,
    ...leftToBackfill(night.leftOut),
    ...stale,
    ...exported.flatMap((slice) => copiesIn(slice, beginnings)),
  ]
  const { levels, marts } = planMartMonths(MARTS, released, release?.marts ?? {}, night.run)
  // A mart that was removed has nothing to build, but its view is to go.
  const isRemoved = Object.keys(release?.marts ?? {}).some((name) => !(name in marts))
  const slices = changed.map((slice) => planned(slice, night.run))
  const plan = {
    slices: slices.map(({ slice }) => slice),
    adopted: Object.fromEntries(versions.map(({ slice, ...rest }) => [slice, asReleased(rest)])),
    removed,
    unchanged: chosen.unchanged,
    notes,
  }
  if (!night.dryRun) {
    await Promise.all(changed.map((slice) => writeManifest(slice, night)))
    const names = [...plan.slices, ...Object.keys(plan.adopted), ...removed]
    const replaces = Object.fromEntries(names.map((name) => [name, released[name]?.version ?? null]))
    const { backfill, profiles: profiled } = night
    await putDocument(LAKE.run(night.run, 'plan'), { ...plan, replaces, backfill, profiled })
  }
  const toProfile = [...changed, ...versions.filter(({ profiled }) => !profiled)].filter(isExported)
  return {
    ...plan,
    changed: [slices, versions, removed, levels, stale].some((list) => list.length > 0) || isRemoved,
    slices,
    adopted: Object.keys(plan.adopted),
    profileKey: profileKey(toProfile.map(({ month }) => month)),
    curates: slices.length > 0,
  }
}

const isExported = ({ source }: Pick<RawSlice, 'source'>): boolean => source === 'csv'

const isIn =
  (months: ReadonlySet<string>) =>
  ({ month }: RawSlice): boolean =>
    months.has(month)

const asReleased = ({ version, source, month, fingerprint, rows }: ReleasedSlice): ReleasedSlice => ({
  version,
  source,
  month,
  fingerprint,
  rows,
})

const leftToBackfill = (months: readonly string[]): string[] =>
  months.length > 0
    ? [`${listing(months, 6)} are left to the backfill that is running: it publishes them.`]
    : []

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

function writeManifest(slice: RawSlice, { run, execution }: NightState): Promise<boolean> {
  const manifest: SliceManifest = {
    ...slice,
    version: versionName(slice.slice, run),
    bucket: environment().rawBucket,
    ...(execution !== undefined && { execution }),
  }
  return putDocument(manifestKey(run, slice.slice), manifest)
}
