import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { checkNight } from './check-night.ts'

export const event = z.object({
  run: z.string(),
  /** Whether the caller is about to publish. */
  publishes: z.boolean(),
})

/** Tells a backfill whether a night is running, for which it waits; refuses to go on to publish while that is held. */
export const handler = defineHandler('check-night', event, (question) => checkNight(question))
