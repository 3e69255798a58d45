import { EVENT_TYPES, type RejectReason } from '../catalog/events.ts'
import { LONGEST_QUOTED_LINE } from './split-line.ts'
import { MOST_NESTED } from './stream-fields.ts'

const NO_TEXT = {
  when: 'in a line of the stream it is neither a text nor a number',
  remedy: 'Look at what the shop sends there now.',
}

/** What each reason means, and what to do about it; `docs/quality.md` is made of it. */
export const REJECT_TEXTS: Readonly<
  Record<RejectReason, { readonly when: string; readonly remedy: string }>
> = {
  encoding: {
    when: 'a byte of the line is not UTF-8, or is NUL',
    remedy: 'Ask for the export in UTF-8.',
  },
  column_count: {
    when: `the line is not nine fields: cut, a quote that does not end, a line break in a field, or a line with quotes of more than ${LONGEST_QUOTED_LINE} characters`,
    remedy: 'Look at the end of the file and at its quotes; a record never spans lines.',
  },
  json: {
    when: `a line of the stream is no JSON object, holds more than ${MOST_NESTED} objects and lists, or a text that no column can hold (NUL, half of a surrogate pair)`,
    remedy: 'Look at who sends it: one record is one object, without line breaks in it.',
  },
  event_time: {
    when: 'the time is missing or not written as `2019-10-01 00:00:00 UTC`; in the stream ISO 8601 without an offset will do',
    remedy: 'Ask for times in UTC, to the second.',
  },
  event_type: {
    when: `the type is missing or none of ${EVENT_TYPES.join(', ')}`,
    remedy: 'A new type of event needs a decision: it belongs into the catalog first.',
  },
  product_id: {
    when: 'the id is missing or no whole number of at most 64 bits, written plainly',
    remedy: 'Look for a shifted column or a spreadsheet that has rounded ids.',
  },
  category_id: {
    when: 'the id is missing or no whole number of at most 64 bits, written plainly',
    remedy: 'Look for a shifted column or a spreadsheet that has rounded ids: these are above 2^53.',
  },
  category_code: NO_TEXT,
  brand: NO_TEXT,
  price: {
    when: 'the price is negative, above 99,999,999.99, or has more than two decimals; an empty one is fine',
    remedy: 'Ask for plain decimals, without separators of thousands.',
  },
  user_id: {
    when: 'the id is missing or no whole number of at most 64 bits, written plainly',
    remedy: 'Look for a shifted column.',
  },
  user_session: NO_TEXT,
  txn_timestamp: {
    when: 'in a line of the stream the time of sending is missing or no time: `2019-10-01T00:00:00.123`, in UTC',
    remedy: 'Look at the clock and the format of who sends it: it is the time of the event.',
  },
  outside_month: {
    when: 'the time is one, but not of the month in whose folder the file lies; in the stream, of the month in which the line arrived',
    remedy:
      'Move the file, or cut it by month. In the stream it is a replay of old events, or a wrong clock: give old events as files, or send them with their time set to now (`lake simulate --stamp sent`).',
  },
}
