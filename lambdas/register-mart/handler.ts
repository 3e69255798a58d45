import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { registerMart } from './register-mart.ts'

export const event = z.object({
  run: z.string(),
  mart: z.string(),
  version: z.string(),
  table: z.string(),
  location: z.string(),
})

/** Makes the files that a CTAS wrote a partition of the mart's table. */
export const handler = defineHandler('register-mart', event, registerMart)
