import type { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import type { RunRecord } from '../shared/documents.ts'
import { putDocument } from '../shared/documents-store.ts'
import { type Notification, notification } from '../shared/notification.ts'
import { recordEnd } from '../shared/record-end.ts'
import type { event } from './handler.ts'

type Rollback = z.output<typeof event>

export async function recordRollback(rollback: Rollback, environment: string): Promise<Notification> {
  const { run, execution, startedAt, resumes, from, release } = rollback
  if (release && release.ingestions.length > 0)
    await putDocument(LAKE.refreshed, { release: release.release })
  const record: RunRecord = {
    run,
    status: resumes ? 'resumed' : 'rolled-back',
    startedAt,
    endedAt: new Date().toISOString(),
    release: release?.release ?? from,
    slices: [],
    setAside: [],
    martsBuilt: 0,
    warnings: release?.warnings ?? [],
    error: null,
  }
  await recordEnd({ execution, record })
  return resumes ? resumedMessage(rollback, environment) : rolledBackMessage(rollback, record, environment)
}

const rolledBackMessage = (
  { from, reason, run }: Rollback,
  { release, warnings }: RunRecord,
  environment: string,
): Notification =>
  notification(`[${environment}] Lakehouse rolled back to ${release}`, [
    `Views and dashboards show release ${release} again, where they showed ${from} (${reason ?? 'no reason given'}).`,
    'Publication is held: nights curate, and publish nothing until somebody resumes with {"resume":true}.',
    `Run ${run}.`,
    ...warnings,
  ])

const resumedMessage = ({ held, from, run }: Rollback, environment: string): Notification =>
  notification(`[${environment}] Lakehouse publishes again`, [
    `Publication was held at release ${held?.release} since ${held?.since} (${held?.reason ?? 'no reason given'}).`,
    `The next night publishes what the raw zone has; until then ${from} is current. Run ${run}.`,
  ])
