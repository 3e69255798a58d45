import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { month } from '../shared/documents.ts'
import { prepareMart } from './prepare-mart.ts'

export const event = z.object({
  run: z.string(),
  mart: z.string(),
  month,
  attempt: z.number().int().positive(),
})

/** Writes the statement that builds one month of a mart, at a location that nothing has written to. */
export const handler = defineHandler('prepare-mart', event, prepareMart)
