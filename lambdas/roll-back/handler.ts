import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { rollBack } from './roll-back.ts'

export const event = z.object({
  run: z.string(),
  execution: z.string(),
  target: z.string(),
  reason: z.string().nullable(),
})

/** Shows readers a former release again, and keeps nights from publishing until somebody lets them. */
export const handler = defineHandler('roll-back', event, rollBack)
