import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { defineHandler } from '../shared/define-handler.ts'
import type { RunRecord } from '../shared/documents.ts'
import { putDocument } from '../shared/documents-store.ts'
import { readRun } from '../shared/read-run.ts'
import { messageOf } from './message-of.ts'
import { totalsOf } from './totals-of.ts'

export const event = z.object({
  run: z.string(),
  startedAt: z.string(),
  /** What publish-release answered; missing where nothing was to be done. */
  release: z
    .object({
      release: z.string().nullable(),
      /** Of copies that the night has waited for. */
      ingestions: z.array(z.unknown()).default([]),
      warnings: z.array(z.string()).default([]),
    })
    .optional(),
})

/** Writes the audit record of a night that came to its end, and the message about it. */
export const handler = defineHandler(
  'record-run',
  event,
  async ({ run, startedAt, release }, { metrics, environment: { environment } }) => {
    if (release?.release && release.ingestions.length > 0)
      await putDocument(LAKE.refreshed, { release: release.release })
    const found = await readRun(run)
    const record: RunRecord = {
      run,
      status: release?.release === run ? 'published' : 'unchanged',
      startedAt,
      endedAt: new Date().toISOString(),
      release: release?.release ?? null,
      ...found,
      warnings: [...found.warnings, ...(release?.warnings ?? [])],
      error: null,
    }
    await putDocument(LAKE.run(run, 'run'), record)
    const totals = totalsOf(record)
    metrics.addMetric('RowsCurated', MetricUnit.Count, totals.curated)
    metrics.addMetric('RowsQuarantined', MetricUnit.Count, totals.quarantined)
    metrics.addMetric('MartsBuilt', MetricUnit.Count, record.martsBuilt)
    return messageOf(record, environment)
  },
)
