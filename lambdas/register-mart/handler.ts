import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { defineHandler } from '../shared/define-handler.ts'
import type { QueryUsage } from '../shared/documents.ts'
import { putDocument } from '../shared/documents-store.ts'
import { registerMart } from './register-mart.ts'

export const event = z.object({
  run: z.string(),
  mart: z.string(),
  version: z.string(),
  table: z.string(),
  location: z.string(),
  /** Athena's, of the statement that built it. */
  statistics: z
    .object({
      DataScannedInBytes: z.number().int().default(0),
      TotalExecutionTimeInMillis: z.number().int().default(0),
    })
    .optional(),
})

/** Makes the files that a CTAS wrote a partition of the mart's table. */
export const handler = defineHandler('register-mart', event, async (built, { measure }) => {
  if (built.statistics) {
    const { DataScannedInBytes: bytesScanned, TotalExecutionTimeInMillis: milliseconds } = built.statistics
    const usage: QueryUsage = { bytesScanned, milliseconds }
    const [month = ''] = built.version.split('@', 1)
    await putDocument(LAKE.run(built.run, `${built.mart}-${month}.query`), usage)
    measure({ BytesScanned: bytesScanned })
  }
  return registerMart(built)
})
