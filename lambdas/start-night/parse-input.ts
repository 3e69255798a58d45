import { z } from 'zod'
import { month } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'

/** What an execution can be started with; everything may be left out. */
const nightInput = z.strictObject({
  /** Only these months; without it all months that changed. */
  months: z.array(month).min(1).nullable().default(null),
  /** Unchanged slices too. */
  force: z.boolean().default(false),
  /** Plan and stop. */
  dryRun: z.boolean().default(false),
})
type NightInput = z.output<typeof nightInput>

export function parseInput(input: unknown): NightInput {
  const parsed = nightInput.safeParse(input ?? {})
  if (!parsed.success)
    throw new InvalidInputError(
      `The execution's input is not valid:\n${z.prettifyError(parsed.error)}\n` +
        'Give {} or, for example, { "months": ["2019-10"], "force": true, "dryRun": true }.',
    )
  const { months } = parsed.data
  return { ...parsed.data, months: months && [...new Set(months)].sort() }
}
