import { z } from 'zod'

const HOUR = 60 * 60 * 1000

const settings = z
  .object({
    VACUUM_GRACE_HOURS: z.coerce.number().positive(),
    VACUUM_UNPUBLISHED_DAYS: z.coerce.number().positive(),
  })
  .transform((v) => ({
    /** How long a version stays after the release that had it last was superseded. Milliseconds, as all here. */
    grace: v.VACUUM_GRACE_HOURS * HOUR,
    /** How long what was never published stays: as long as its execution can be redriven. */
    unpublished: v.VACUUM_UNPUBLISHED_DAYS * 24 * HOUR,
  }))
export type VacuumSettings = z.output<typeof settings>

/** What the function was deployed with, beside what all are. */
export function vacuumSettings(): VacuumSettings {
  const parsed = settings.safeParse(process.env)
  if (parsed.success) return parsed.data
  throw new Error(`The function's environment is incomplete:\n${z.prettifyError(parsed.error)}`)
}
