import { z } from 'zod'
import { KEY_RULE_NAMES } from '../gate-partition-key/key-rules.ts'
import { SLICE_RULE_NAMES } from '../gate-slice/rules.ts'
import { nightThresholds, sliceThresholds } from './thresholds.ts'

/**
 * Where an environment's thresholds differ from the rules' own: by rule, all of the thresholds that it has there. An empty
 * set of thresholds turns a rule off.
 */
export const qualitySettings = z.strictObject({
  /** Rules over each slice. */
  slice: z.partialRecord(z.enum(SLICE_RULE_NAMES), sliceThresholds).default({}),
  /** Rules over the partition key of all that a night takes in. */
  partitionKey: z.partialRecord(z.enum(KEY_RULE_NAMES), nightThresholds).default({}),
})
export type QualitySettings = z.output<typeof qualitySettings>

/** The settings that a function was deployed with. */
export function qualitySettingsOf(json: string): QualitySettings {
  const parsed = z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text)
      } catch (error) {
        context.addIssue(`not JSON: ${(error as Error).message}`)
        return z.NEVER
      }
    })
    .pipe(qualitySettings)
    .safeParse(json)
  if (parsed.success) return parsed.data
  throw new Error(
    `QUALITY, the function's thresholds, is not valid: deploy again.\n${z.prettifyError(parsed.error)}`,
  )
}
