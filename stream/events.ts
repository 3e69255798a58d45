import { z } from 'zod'
import { EVENT_TYPES } from '../catalog/events.ts'
import { parseExactJson } from '../catalog/exact-json.ts'
import { type activityStream, DEAD_LETTER_REASONS, type DeadLetterReason } from '../catalog/stream.ts'
import type { RowOf } from '../catalog/table.ts'
import { EVENT_GRAMMAR, type Field, type FieldKind } from './event-grammar.ts'
import { parseTimestamp, type Timestamp } from './timestamp.ts'

/** An event of stream 1. */
export type StreamEvent = Omit<RowOf<typeof activityStream>, 'event_type'> & {
  readonly event_type: (typeof EVENT_TYPES)[number]
  /** `txn_timestamp` in milliseconds since 1970: the time of all windows. */
  readonly time: number
}

const LARGEST_ID = 2n ** 63n - 1n

const FIELDS: Readonly<Record<FieldKind, (pattern: RegExp) => z.ZodType>> = {
  id: (pattern) =>
    z
      .string()
      .regex(pattern)
      .transform(BigInt)
      .refine((value) => value <= LARGEST_ID),
  price: (pattern) =>
    z
      .string()
      .regex(pattern)
      .transform((text) => {
        const [whole = '', fraction = ''] = text.split('.')
        return `${whole.replace(/^0+(?=\d)/, '')}.${fraction.slice(0, 2).padEnd(2, '0')}`
      }),
  // Half of a character, which an escape can say, is none in UTF-8: whoever writes it down has U+FFFD.
  text: () => z.string().transform((text) => text.toWellFormed()),
  time: () =>
    z.string().transform((text, { issues }) => {
      const parsed = parseTimestamp(text)
      if (!parsed) issues.push({ code: 'custom', message: 'no time', input: text })
      return parsed
    }),
  type: () => z.enum(EVENT_TYPES),
}
const emptyIsNull = (value: unknown) => (value === '' || value === undefined ? null : value)

function field({ kind, nullable, pattern = '' }: Field): z.ZodType {
  const inner = FIELDS[kind](new RegExp(pattern))
  return nullable ? z.preprocess(emptyIsNull, inner.nullable()) : inner
}

/** What JSON has to hold, numbers being texts already: fields that the catalog does not know are left out. */
const record = z
  .object(Object.fromEntries(EVENT_GRAMMAR.map((one) => [one.name, field(one)])))
  .transform((fields) => {
    const { event_time, txn_timestamp } = fields as Record<string, Timestamp>
    return {
      ...fields,
      event_time: event_time?.text,
      txn_timestamp: txn_timestamp?.text,
      time: txn_timestamp?.ms,
      // The schema was made from the catalog at run time, so the compiler can't follow.
    } as unknown as StreamEvent
  })

export type ParsedEvent =
  | { readonly event: StreamEvent; readonly reasons?: undefined }
  | { readonly event?: undefined; readonly reasons: readonly DeadLetterReason[] }

/**
 * Reads one JSON object, its values typed or all texts, `""` being null. Ids keep every digit, also where they stand there as
 * numbers above 2^53. What is no event comes back with every reason.
 */
export function parseEvent(text: string): ParsedEvent {
  let json: unknown
  try {
    json = parseExactJson(text)
  } catch {
    return { reasons: ['json'] }
  }
  return parseFields(json)
}

/** The same of fields that are texts or null already. */
export function parseFields(fields: unknown): ParsedEvent {
  const { data, error } = record.safeParse(fields)
  if (data) return { event: data }
  const wrong = new Set(error.issues.map(({ path }) => path[0] ?? 'json'))
  return { reasons: DEAD_LETTER_REASONS.filter((reason) => wrong.has(reason)) }
}
