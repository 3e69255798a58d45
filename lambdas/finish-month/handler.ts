import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { month } from '../shared/documents.ts'
import { curatedSlice } from '../shared/night-state.ts'
import { finishMonth } from './finish-month.ts'

export const event = z.object({
  run: z.string(),
  execution: z.string(),
  startedAt: z.string(),
  months: z.tuple([month]),
  curated: z.array(curatedSlice),
  plan: z.object({ adopted: z.array(z.string()), unchanged: z.array(z.string()) }),
})

/** Ends one month of a backfill: what is good is ready for the night that publishes it, what is not is remembered. */
export const handler = defineHandler('finish-month', event, finishMonth)
