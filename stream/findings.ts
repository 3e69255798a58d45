import { z } from 'zod'
import { exactJson, parseExactJson } from '../catalog/exact-json.ts'
import { FINDINGS, type FindingKind, findingStream, SEVERITIES, type Severity } from '../catalog/stream.ts'
import { columnNames, type RowOf } from '../catalog/table.ts'
import { isoText, parseTimestamp } from './timestamp.ts'

/** A record of stream 2: an alert, or the figures of a window. */
export type Finding = Omit<RowOf<typeof findingStream>, 'record' | 'severity'> & {
  readonly record: FindingKind
  readonly severity: Severity | null
}

/** The same for the same rule, key and window (milliseconds since 1970), however often and wherever it is found. */
export const findingId = (rule: string, key: string, windowStart: number, windowEnd: number): string =>
  `${rule}/${key}/${isoText(windowStart)}/${isoText(windowEnd)}`

const TIMES = ['window_start', 'window_end'] as const
const COLUMNS = columnNames(findingStream)

/** The finding as the one JSON text that it has: columns in their order, details by name, times as naive ISO 8601. */
export function findingJson(finding: Finding): string {
  const fields = Object.fromEntries(COLUMNS.map((name) => [name, finding[name as keyof Finding]]))
  for (const name of TIMES) fields[name] = finding[name].replace(' ', 'T')
  fields.details = Object.fromEntries(
    Object.entries(finding.details).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
  return exactJson(fields)
}

const whole = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform(BigInt)
const time = z.string().transform((text, { issues }) => {
  const parsed = parseTimestamp(text)
  if (!parsed) issues.push({ code: 'custom', message: `${text} is no time`, input: text })
  return parsed?.text ?? ''
})

const schema = z.object({
  id: z.string(),
  record: z.enum(FINDINGS),
  rule: z.string(),
  key_column: z.string(),
  key_value: z.string(),
  window_start: time,
  window_end: time,
  measure: z.string(),
  measure_value: whole,
  severity: z.enum(SEVERITIES).nullable(),
  threshold: whole.nullable(),
  details: z
    .record(z.string(), whole.nullable())
    .transform(
      (all) =>
        Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Finding['details'],
    ),
  user_id: whole.nullable(),
  num_actions_per_watermark: whole.nullable(),
})

/** Reads a record of stream 2, whichever engine wrote it. Throws a ZodError or a SyntaxError where it is none. */
export const parseFinding = (text: string): Finding => schema.parse(parseExactJson(text))
