import { curatedEvents } from '../../catalog/events.ts'
import { LAKE } from '../../catalog/layout.ts'
import { getDocument } from '../shared/documents-store.ts'
import { dropTable } from '../shared/drop-table.ts'
import { environment } from '../shared/environment.ts'
import { type Removable, vacuumPlan } from '../shared/maintenance-documents.ts'
import { releaseHistory } from '../shared/release-history.ts'
import { neededVersions } from '../shared/vacuum/needed-versions.ts'
import { vacuumSettings } from '../shared/vacuum/settings.ts'
import { idOf } from '../shared/vacuum/version-id.ts'
import { removeObjects } from './remove-objects.ts'
import { partitionsOf, removePartitions } from './remove-partitions.ts'

interface Removed {
  readonly partitions: number
  readonly objects: number
  readonly bytes: number
  /** Versions that something has come to need since the plan was made. */
  readonly spared: string[]
}

export async function removeVersions(
  { run, chunk }: { run: string; chunk: { from: number; to: number } },
  now = Date.now(),
): Promise<Removed> {
  const { items } = await getDocument(vacuumPlan, LAKE.run(run, 'vacuum-plan'))
  // The plan may be of some days ago, where the execution was redriven.
  const needOf = await neededVersions(await releaseHistory(), vacuumSettings(), now)
  let [partitions, objects, bytes] = [0, 0, 0]
  const spared: string[] = []
  for (const item of items.slice(chunk.from, chunk.to)) {
    const id = idOf(item)
    if (id !== undefined && needOf({ id, version: item.version ?? '' }) !== undefined) spared.push(id)
    else {
      const removed = await removeItem(item)
      partitions += removed.partitions
      objects += removed.objects
      bytes += removed.bytes
    }
  }
  return { partitions, objects, bytes, spared }
}

/** Done twice, it finds less to remove. */
async function removeItem({ table, version, prefix }: Removable): Promise<Omit<Removed, 'spared'>> {
  if (version === null || prefix === null) {
    await dropTable(environment().names.lakeDatabase, table)
    return { partitions: 0, objects: 0, bytes: 0 }
  }
  const isCurated = table === curatedEvents.name
  const partitions = await removePartitions(
    table,
    isCurated ? await partitionsOf(table, version) : [[version]],
  )
  return { partitions, ...(await removeObjects(prefix)) }
}
