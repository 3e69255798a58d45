import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { recordFailure } from './record-failure.ts'

export const event = z.object({
  execution: z.string(),
  name: z.string(),
  startedAt: z.string(),
  /** As Step Functions catches it. */
  error: z.object({ Error: z.string(), Cause: z.string().default('') }),
})

/** Writes the audit record of a night that failed, as far as it came, and the message about it. */
export const handler = defineHandler('record-failure', event, recordFailure)
