import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { defineHandler } from '../shared/define-handler.ts'
import type { JobUsage } from '../shared/documents.ts'
import { putDocument } from '../shared/documents-store.ts'
import { sliceEvent } from '../shared/slice-event.ts'
import { reconcileSlice } from './reconcile-slice.ts'

export const event = sliceEvent.extend({
  /** Glue's job run that curated the slice. */
  job: z.object({ Id: z.string(), ExecutionTime: z.number(), DPUSeconds: z.number().nullish() }).optional(),
})

/** Proves that curation lost no row of a slice, and that its files are there; keeps what its job has used. */
export const handler = defineHandler('reconcile-slice', event, async ({ run, slice, job }) => {
  if (job) {
    const usage: JobUsage = { id: job.Id, seconds: job.ExecutionTime, dpuSeconds: job.DPUSeconds ?? null }
    await putDocument(LAKE.run(run, `${slice.slice}.job`), usage)
  }
  return reconcileSlice(run, slice)
})
