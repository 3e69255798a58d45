import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { hold } from '../shared/documents.ts'
import { recordRollback } from './record-rollback.ts'

export const event = z.object({
  run: z.string(),
  execution: z.string(),
  startedAt: z.string(),
  resumes: z.boolean(),
  from: z.string().nullable(),
  reason: z.string().nullable(),
  held: hold.nullable(),
  /** What roll-back answered; missing where publication was resumed. */
  release: z
    .object({
      release: z.string(),
      /** Of copies that the execution has waited for. */
      ingestions: z.array(z.unknown()),
      warnings: z.array(z.string()),
    })
    .optional(),
})

/** Writes the audit record of a rollback, or of its end, and the message about it. */
export const handler = defineHandler('record-rollback', event, (rollback, { environment: { environment } }) =>
  recordRollback(rollback, environment),
)
