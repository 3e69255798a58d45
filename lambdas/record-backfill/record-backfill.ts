import type { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, type RunRecord, runRecord } from '../shared/documents.ts'
import { findDocument, getDocument, putDocument } from '../shared/documents-store.ts'
import { environment as currentEnvironment } from '../shared/environment.ts'
import { listing } from '../shared/listing.ts'
import type { BackfillRecord } from '../shared/maintenance-documents.ts'
import { type Notification, notification } from '../shared/notification.ts'
import { recordEnd } from '../shared/record-end.ts'
import { runOfExecution } from '../shared/run-id.ts'
import type { event } from './handler.ts'

export async function recordBackfill(
  { published, execution, ...backfill }: z.output<typeof event>,
  environment: string,
): Promise<Notification> {
  const night = runOfExecution(published.execution, currentEnvironment().names)
  const [{ status, warnings }, pointer] = await Promise.all([
    getDocument(runRecord, LAKE.run(night, 'run')),
    findDocument(currentPointer, LAKE.current),
  ])
  // A release is named after its night; one that found nothing to do has looked at none.
  const release = status === 'published' ? night : (pointer?.release ?? null)
  const record: BackfillRecord = {
    ...backfill,
    endedAt: new Date().toISOString(),
    night,
    release,
    isPublished: status === 'published',
    isHeld: status === 'held',
  }
  await putDocument(LAKE.run(backfill.run, 'backfilled'), record)
  const run: RunRecord = {
    run: backfill.run,
    status: 'backfilled',
    startedAt: backfill.startedAt,
    endedAt: record.endedAt,
    release,
    // The records of the months and of the night have the figures.
    slices: [],
    setAside: backfill.results.flatMap(({ setAside }) => setAside),
    martsBuilt: 0,
    warnings,
    error: null,
  }
  await recordEnd({ execution, record: run })
  return messageOf(record, warnings, environment)
}

function messageOf(record: BackfillRecord, warnings: readonly string[], environment: string): Notification {
  const { from, to, months, missing, results } = record
  const slices = (which: 'curated' | 'adopted' | 'setAside') => results.flatMap((result) => result[which])
  const ready = slices('curated').length + slices('adopted').length
  const setAside = slices('setAside')
  return notification(`[${environment}] Lakehouse backfill ${from} to ${to} done`, [
    whatCameOfIt(record),
    `${months.length} months, ${ready} slices made anew.`,
    ...(missing.length > 0 ? [`Without files: ${listing(missing)}.`] : []),
    ...(setAside.length > 0 ? [`Set aside for their quality: ${listing(setAside)}.`] : []),
    ...(warnings.length > 0 ? ['Warnings:', `- ${listing(warnings, 10, '\n- ')}`] : []),
  ])
}

function whatCameOfIt({ run, months, night, release, isPublished, isHeld }: BackfillRecord): string {
  if (isPublished) return `Release ${release} is published (night ${night}).`
  if (!isHeld) return `Night ${night} had nothing new to publish; ${release ?? 'no release'} is current.`
  return (
    'Publication is held, since just before this was to be published. What was curated is kept: once somebody has resumed, ' +
    `start a night with ${JSON.stringify({ months, backfill: run })}.`
  )
}
