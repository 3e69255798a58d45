import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { curatedSlice } from '../shared/night-state.ts'
import { planMarts } from './plan-marts.ts'

export const event = z.object({
  run: z.string(),
  /** Missing where no slice had changed and only marts are stale. */
  curated: z.array(curatedSlice).default([]),
})

/** Decides which months of which marts are to be built, and writes what the release is going to be. */
export const handler = defineHandler('plan-marts', event, planMarts)
