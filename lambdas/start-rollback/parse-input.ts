import { z } from 'zod'
import { InvalidInputError } from '../shared/errors.ts'
import { startedBy } from '../shared/machine-start.ts'

const back = z.strictObject({
  release: z.string().min(1),
  /** Why, for those who find publication held. */
  reason: z.string().min(1).nullable().default(null),
  ...startedBy,
})
const onward = z.strictObject({ resume: z.literal(true), ...startedBy })

/** A release to go back to, or null to let nights publish again. */
export function parseInput(input: unknown): {
  readonly release: string | null
  readonly reason: string | null
} {
  const parsed = z.union([back, onward]).safeParse(input)
  if (!parsed.success)
    throw new InvalidInputError(
      `The rollback's input is not valid:\n${z.prettifyError(parsed.error)}\n` +
        'Give { "release": "r7", "reason": "revenue is doubled" }, or { "resume": true } to let nights publish again.',
    )
  return 'resume' in parsed.data ? { release: null, reason: null } : parsed.data
}
