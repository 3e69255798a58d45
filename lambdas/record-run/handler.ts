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
  release: z.object({ release: z.string().nullable() }).optional(),
})

/** Writes the audit record of a night that came to its end, and the message about it. */
export const handler = defineHandler(
  'record-run',
  event,
  async ({ run, startedAt, release }, { metrics, environment: { environment } }) => {
    const record: RunRecord = {
      run,
      status: release?.release === run ? 'published' : 'unchanged',
      startedAt,
      endedAt: new Date().toISOString(),
      release: release?.release ?? null,
      ...(await readRun(run)),
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
