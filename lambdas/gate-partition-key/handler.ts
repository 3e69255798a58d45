import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { qualitySettingsOf } from '../shared/quality-settings.ts'
import { gatePartitionKey } from './gate-partition-key.ts'

export const event = z.object({
  run: z.string(),
  startedAt: z.string(),
  /** The profile job's run. */
  profile: z.object({ runId: z.string() }),
})

/** Judges whether category_id is a sound partition key for tonight's data, before any Parquet is written by it. */
export const handler = defineHandler('gate-partition-key', event, (night, { environment }) =>
  gatePartitionKey(night, qualitySettingsOf(environment.quality).partitionKey),
)
