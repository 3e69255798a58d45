import { z } from 'zod'
import { shiftMonth } from '../../catalog/month.ts'
import { month } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { startedBy } from '../shared/machine-start.ts'
import { MONTHS_A_NIGHT } from '../shared/months-a-night.ts'

const backfillInput = z.strictObject({
  from: month,
  to: month,
  force: z.boolean().default(false),
  ...startedBy,
})

interface Range {
  readonly from: string
  readonly to: string
  readonly force: boolean
  /** Every month of it, files or none. */
  readonly months: readonly string[]
}

export function parseInput(input: unknown): Range {
  const parsed = backfillInput.safeParse(input ?? {})
  if (!parsed.success)
    throw new InvalidInputError(
      `The backfill's input is not valid:\n${z.prettifyError(parsed.error)}\n` +
        'Give, for example, { "from": "2019-10", "to": "2020-04" } or { "from": "2019-10", "to": "2020-04", "force": true }.',
    )
  const { from, to, force } = parsed.data
  if (from > to) throw new InvalidInputError(`The range ${from} to ${to} ends before it begins.`)
  const months = monthsBetween(from, to)
  if (months.length > MONTHS_A_NIGHT)
    throw new InvalidInputError(
      `${from} to ${to} are ${months.length} months, and what is published at once may have ${MONTHS_A_NIGHT}: backfill ` +
        `${from} to ${months[MONTHS_A_NIGHT - 1]} first.`,
    )
  return { from, to, force, months }
}

function monthsBetween(from: string, to: string): string[] {
  const index = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5))
  return Array.from({ length: index(to) - index(from) + 1 }, (_, i) => shiftMonth(from, i))
}
