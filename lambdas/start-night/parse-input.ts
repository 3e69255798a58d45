import { z } from 'zod'
import { month } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { startedBy } from '../shared/machine-start.ts'

/** What an execution can be started with; everything may be left out. */
const nightInput = z.strictObject({
  /** Only these months; without it all months that changed. */
  months: z.array(month).min(1).nullable().default(null),
  /** Unchanged slices too. */
  force: z.boolean().default(false),
  /** Plan and stop. */
  dryRun: z.boolean().default(false),
  /** Months of which files are gone that are to be: what is left is processed, or the slice leaves the release. */
  acceptDeletions: z.array(month).default([]),
  /** The run of a backfill whose versions this night publishes, those too that it made though nothing had changed. */
  backfill: z.string().min(1).nullable().default(null),
  ...startedBy,
})
type NightInput = Omit<z.output<typeof nightInput>, keyof typeof startedBy>

export function parseInput(input: unknown): NightInput {
  const parsed = nightInput.safeParse(input ?? {})
  if (!parsed.success)
    throw new InvalidInputError(
      `The execution's input is not valid:\n${z.prettifyError(parsed.error)}\n` +
        'Give {} or, for example, { "months": ["2019-10"], "force": true, "dryRun": true, "acceptDeletions": ["2019-10"] }.',
    )
  const { months, force, dryRun, acceptDeletions, backfill } = parsed.data
  return {
    months: months && distinct(months),
    force,
    dryRun,
    acceptDeletions: distinct(acceptDeletions),
    backfill,
  }
}

const distinct = (given: readonly string[]): string[] => [...new Set(given)].sort()
