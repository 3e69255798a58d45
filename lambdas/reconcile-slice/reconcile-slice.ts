import { LAKE, s3Uri } from '../../catalog/layout.ts'
import type { SliceMetrics } from '../shared/documents.ts'
import { environment } from '../shared/environment.ts'
import { ReconciliationError } from '../shared/errors.ts'
import type { PlannedSlice } from '../shared/night-state.ts'
import { listObjects } from '../shared/objects.ts'
import { metricsOf } from '../shared/slice-documents.ts'

type Figures = Pick<SliceMetrics, 'read' | 'curated' | 'duplicates' | 'quarantined' | 'leftOut'>

/** Throws unless every line that was read is accounted for and every Parquet file that was written is there. */
export async function reconcileSlice(run: string, { slice, version }: PlannedSlice): Promise<Figures> {
  const metrics = await metricsOf(run, slice)
  if (metrics.version !== version)
    throw new ReconciliationError(
      `${slice}: the metrics are of version ${metrics.version}, not of ${version}. Start a new execution.`,
    )
  const { read, curated, duplicates, quarantined, leftOut } = metrics
  const figures = { read, curated, duplicates, quarantined, ...(leftOut && { leftOut }) }
  reconcileRows(version, figures)
  await reconcileFiles(version, metrics.files)
  return figures
}

function reconcileRows(version: string, { read, curated, duplicates, quarantined, leftOut }: Figures): void {
  const { replayed = 0, neighbours = 0 } = leftOut ?? {}
  const accounted = curated + duplicates + quarantined + replayed + neighbours
  if (accounted !== read)
    throw new ReconciliationError(
      `${version}: ${read} lines were read, but ${curated} curated + ${duplicates} duplicates + ` +
        `${quarantined} quarantined${leftOut ? ` + ${replayed} replayed + ${neighbours} of neighbours` : ''} are ${accounted}; ${Math.abs(read - accounted)} ` +
        `${accounted < read ? 'are lost' : 'too many'}. Nothing was published. Keep the raw files and look into the job's log.`,
    )
}

async function reconcileFiles(version: string, expected: number): Promise<void> {
  const { lakeBucket } = environment()
  const prefix = LAKE.curatedVersion(version)
  const found = (await listObjects(lakeBucket, prefix)).filter(({ key }) => key.endsWith('.parquet')).length
  if (found !== expected)
    throw new ReconciliationError(
      `${version}: curation wrote ${expected} Parquet files, but ${s3Uri(lakeBucket, prefix)} has ${found}. ` +
        'Nothing was published. Something else writes or removes there; start a new execution.',
    )
}
