import { z } from 'zod'
import { InvalidInputError } from '../shared/errors.ts'
import { startedBy } from '../shared/machine-start.ts'
import { replaySource } from '../shared/replay-documents.ts'
import { DAY_MS } from '../shared/replay-hours.ts'

const LONGEST_DAYS = 31
/** Half of what an on-demand stream takes that is new: live events have the other half. */
const USUAL_RATE = 2000

const instant = z.iso.datetime({ error: 'an instant is written in UTC, for example 2026-11-01T10:00:00Z' })

const replayInput = z.strictObject({
  from: instant,
  to: instant,
  rate: z
    .int({ error: 'a rate is a whole number of events a second' })
    .min(1)
    .max(100_000)
    .default(USUAL_RATE),
  source: replaySource.default('raw'),
  ...startedBy,
})

interface Range {
  /** ISO times to the millisecond. */
  readonly from: string
  readonly to: string
  readonly rate: number
  readonly source: z.output<typeof replaySource>
}

const text = (ms: number): string => new Date(ms).toISOString()

/** @param now When the execution was started, in milliseconds since 1970. */
export function parseInput(input: unknown, now: number): Range {
  const parsed = replayInput.safeParse(input ?? {})
  if (!parsed.success)
    throw new InvalidInputError(
      `The replay's input is not valid:\n${z.prettifyError(parsed.error)}\n` +
        'Give, for example, { "from": "2026-11-01T10:00:00Z", "to": "2026-11-01T12:30:00Z" }; "rate" (events a second) and ' +
        '"source" ("raw" or "backup") can stand beside them.',
    )
  const { from: given, to: until, rate, source } = parsed.data
  const [from, to] = [Date.parse(given), Date.parse(until)]
  if (from >= to)
    throw new InvalidInputError(
      `"from" (${given}) has to be before "to" (${until}): give the first instant of the range, and the first one behind it.`,
    )
  if (to > now)
    throw new InvalidInputError(
      `"to" (${until}) is in the future: nothing has arrived then. Give ${text(now)} or an earlier time.`,
    )
  if (to - from > LONGEST_DAYS * DAY_MS)
    throw new InvalidInputError(
      `"from" to "to" are ${Math.ceil((to - from) / DAY_MS)} days, and one replay takes ${LONGEST_DAYS}: give ` +
        `${text(from + LONGEST_DAYS * DAY_MS)} as "to", and replay the rest after that.`,
    )
  return { from: text(from), to: text(to), rate, source }
}
