import { curatedEvents } from '../../catalog/events.ts'
import { LAKE } from '../../catalog/layout.ts'
import { environment } from '../shared/environment.ts'
import { RegistrationError } from '../shared/errors.ts'
import type { PlannedSlice } from '../shared/night-state.ts'
import { listFolders } from '../shared/objects.ts'
import { addPartitions, type PartitionAt } from '../shared/partitions.ts'
import { metricsOf } from '../shared/slice-documents.ts'
import { announceVersion } from './announce-version.ts'

/** Registers every category's folder of a version; done twice, it does no harm. */
export async function registerSlice(run: string, { slice, version }: PlannedSlice) {
  const { categories } = await metricsOf(run, slice)
  const partitions = await categoryPartitions(version)
  if (partitions.length !== categories)
    throw new RegistrationError(
      `${version}: curation counted ${categories} categories, but ${LAKE.curatedVersion(version)} has ` +
        `${partitions.length} folders. Something else writes or removes there; start a new execution.`,
    )
  await addPartitions(curatedEvents.name, partitions)
  await announceVersion(run, slice)
  return { slice, version, outcome: 'registered' as const }
}

async function categoryPartitions(version: string): Promise<PartitionAt[]> {
  const folders = await listFolders(environment().lakeBucket, LAKE.curatedVersion(version))
  return folders.map((location) => ({ values: [version, categoryOf(location)], location }))
}

function categoryOf(folder: string): string {
  const category = /\/category_id=(-?\d+)\/$/.exec(folder)?.[1]
  if (category !== undefined) return category
  throw new RegistrationError(`${folder} is no folder of a category: remove it and redrive the execution.`)
}
