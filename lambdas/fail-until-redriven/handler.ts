import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { ERRORS, failUntilRedriven } from './fail-until-redriven.ts'

export const event = z.object({
  run: z.string(),
  /** What failed, as it can stand in a key: it keeps the failures of a run apart. */
  what: z.string(),
  /** The name of the error to fail with. */
  error: z.enum(ERRORS),
  /** The name of the error that was caught, where one was. */
  caught: z.string().optional(),
  /** Why, in words or as a service describes it. */
  cause: z.string(),
})

/** Fails at its first call, lets go on at the second: that is the redrive. */
export const handler = defineHandler('fail-until-redriven', event, failUntilRedriven)
