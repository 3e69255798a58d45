import { EVENT_TYPES, type RejectReason } from '../catalog/events.ts'
import { LONGEST_QUOTED_LINE } from './split-line.ts'

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
  event_time: {
    when: 'the time is missing or not written as `2019-10-01 00:00:00 UTC`',
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
  price: {
    when: 'the price is negative, above 99,999,999.99, or has more than two decimals; an empty one is fine',
    remedy: 'Ask for plain decimals, without separators of thousands.',
  },
  user_id: {
    when: 'the id is missing or no whole number of at most 64 bits, written plainly',
    remedy: 'Look for a shifted column.',
  },
  outside_month: {
    when: 'the time is one, but not of the month in whose folder the file lies',
    remedy: 'Move the file, or cut it by month.',
  },
}
