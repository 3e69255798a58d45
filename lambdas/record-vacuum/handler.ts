import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { recordVacuum } from './record-vacuum.ts'

const count = z.number().int().nonnegative()

export const event = z.object({
  run: z.string(),
  execution: z.string(),
  startedAt: z.string(),
  /** What became of each chunk. */
  removed: z.array(
    z.object({ partitions: count, objects: count, bytes: count, spared: z.array(z.string()) }),
  ),
})

/** Writes what a vacuum has removed, and the message about it. */
export const handler = defineHandler('record-vacuum', event, (vacuum, { environment: { environment } }) =>
  recordVacuum(vacuum, environment),
)
