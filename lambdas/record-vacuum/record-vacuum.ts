import type { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, type RunRecord } from '../shared/documents.ts'
import { findDocument, getDocument, putDocument } from '../shared/documents-store.ts'
import { listing } from '../shared/listing.ts'
import { type VacuumRecord, vacuumPlan } from '../shared/maintenance-documents.ts'
import { type Notification, notification } from '../shared/notification.ts'
import { recordEnd } from '../shared/record-end.ts'
import type { event } from './handler.ts'

export async function recordVacuum(
  { run, execution, startedAt, removed }: z.output<typeof event>,
  environment: string,
): Promise<Notification> {
  const [plan, current] = await Promise.all([
    getDocument(vacuumPlan, LAKE.run(run, 'vacuum-plan')),
    findDocument(currentPointer, LAKE.current),
  ])
  const sum = (of: 'partitions' | 'objects' | 'bytes') =>
    removed.reduce((total, chunk) => total + chunk[of], 0)
  const record: VacuumRecord = {
    ...plan,
    startedAt,
    endedAt: new Date().toISOString(),
    removed: { partitions: sum('partitions'), objects: sum('objects'), bytes: sum('bytes') },
    spared: removed.flatMap(({ spared }) => spared),
  }
  await putDocument(LAKE.run(run, 'vacuum'), record)
  await recordEnd({ execution, record: runRecordOf(record, current?.release ?? null) })
  return messageOf(record, environment)
}

const runRecordOf = (
  { run, startedAt, endedAt, notes }: VacuumRecord,
  release: string | null,
): RunRecord => ({
  run,
  status: 'vacuumed',
  startedAt,
  endedAt,
  release,
  slices: [],
  setAside: [],
  martsBuilt: 0,
  warnings: notes,
  error: null,
})

const messageOf = (
  { run, totals, removed, releases, spared, notes }: VacuumRecord,
  environment: string,
): Notification =>
  notification(`[${environment}] Lakehouse vacuumed: ${totals.versions} versions`, [
    `${totals.versions - spared.length} versions were removed: ${removed.objects} objects, ${removed.bytes} bytes, ` +
      `${removed.partitions} partitions; ${totals.tables} temporary tables.`,
    ...(releases.length > 0
      ? [`Nobody can go back any more to ${listing(releases, 20)}.`]
      : ['Every release that one could go back to still is one.']),
    ...(spared.length > 0 ? [`Needed again meanwhile, and kept: ${listing(spared, 10)}.`] : []),
    ...notes,
    `Run ${run}; its document vacuum.json names every version.`,
  ])
