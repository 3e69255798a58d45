import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { removeVersions } from './remove-versions.ts'

export const event = z.object({
  run: z.string(),
  /** Indexes of items of the plan. */
  chunk: z.object({ from: z.number().int().nonnegative(), to: z.number().int().positive() }),
})

/** Removes some of the versions that a vacuum has found: partitions first, so that no query looks for files that are gone. */
export const handler = defineHandler('remove-versions', event, (chunk) => removeVersions(chunk))
