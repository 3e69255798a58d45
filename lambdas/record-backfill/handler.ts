import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { backfilledMonth, backfillOrder } from '../shared/maintenance-documents.ts'
import { recordBackfill } from './record-backfill.ts'

export const event = backfillOrder.extend({
  execution: z.string(),
  startedAt: z.string(),
  results: z.array(backfilledMonth),
  /** The execution of `nightly` that published the range. */
  published: z.object({ execution: z.string() }),
})

/** Writes what a backfill has done, and the message about it. */
export const handler = defineHandler('record-backfill', event, (backfill, { environment: { environment } }) =>
  recordBackfill(backfill, environment),
)
