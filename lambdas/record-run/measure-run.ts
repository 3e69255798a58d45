import { LAKE, runOfVersion } from '../../catalog/layout.ts'
import type { MetricName } from '../../catalog/metrics.ts'
import { type Release, type RunRecord, sliceFigures } from '../shared/documents.ts'
import { currentRelease, findDocument } from '../shared/documents-store.ts'
import { stepTimes } from '../shared/step-times.ts'
import type { Telemetry } from '../shared/telemetry.ts'
import { totalsOf } from './totals-of.ts'

/** Sends the figures of a night that came to its end. */
export async function measureRun(
  execution: string,
  record: RunRecord,
  { measure, measureBy }: Pick<Telemetry, 'measure' | 'measureBy'>,
): Promise<void> {
  const { read, curated, duplicates, quarantined } = totalsOf(record)
  const newest = await newestEvent(await currentRelease())
  const values: Partial<Record<MetricName, number>> = {
    NightsSucceeded: 1,
    Releases: record.status === 'published' ? 1 : 0,
    RunDuration: secondsFrom(record.startedAt, record.endedAt),
    RowsRead: read,
    RowsCurated: curated,
    RowsDuplicate: duplicates,
    RowsQuarantined: quarantined,
    MartsBuilt: record.martsBuilt,
    ...(read > 0 && { RejectRate: (100 * quarantined) / read }),
    ...(newest !== undefined && { NewestEventAge: secondsFrom(newest, record.endedAt) }),
  }
  measure(values)
  for (const [step, milliseconds] of await stepTimes(execution))
    measureBy({ step }, { StepDuration: milliseconds })
}

const secondsFrom = (start: string, end: string): number => (Date.parse(end) - Date.parse(start)) / 1000

/** When the newest event happened that readers see; undefined where there is none, or its figures are gone. */
async function newestEvent(release: Release | undefined): Promise<string | undefined> {
  const slices = Object.entries(release?.slices ?? {})
  const newestMonth = slices
    .map(([, { month }]) => month)
    .sort()
    .at(-1)
  const times = await Promise.all(
    slices
      .filter(([, { month }]) => month === newestMonth)
      .map(async ([slice, { version }]) => {
        const key = LAKE.run(runOfVersion(version), `${slice}.metrics`)
        return (await findDocument(sliceFigures, key))?.lastEvent
      }),
  )
  const newest = times
    .filter((time) => typeof time === 'string')
    .sort()
    .at(-1)
  return newest && `${newest.replace(' ', 'T')}Z`
}
