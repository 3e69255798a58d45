import { type Expression, expressionBuilder, type SqlBool } from 'kysely'
import { TIMESTAMP_PATTERN } from '../catalog/timestamp-pattern.ts'
import { containsText, matches, tryCast } from '../sql/functions.ts'

type Text = Expression<string | null>

const eb = expressionBuilder<Record<never, never>, never>()

const WHOLE_TEXT = TIMESTAMP_PATTERN.replace(/\$$/, '\\z')
const part = (text: Text, from: number, length: number) =>
  eb.fn<string | null>('substring', [text, eb.val(from), eb.val(length)])

/** To the millisecond, what is finer is cut off: Athena reads no more of a timestamp, and would round. */
export const instantOf = (text: Text) => {
  const fraction = eb.fn<string>('regexp_extract', [part(text, 20, 4), eb.val('^[.][0-9]+'), eb.val(0)])
  const written = eb(eb(eb(part(text, 1, 10), '||', eb.val(' ')), '||', part(text, 12, 8)), '||', fraction)
  return tryCast<string>(written, 'timestamp')
}

/** Null counts as false: where it is unknown whether something holds, it does not. */
const holds = (condition: Expression<SqlBool>) =>
  eb.fn.coalesce(condition as Expression<boolean | null>, eb.val(false))

/** True where a text is no time: the pattern knows no calendar, the cast does. */
export const isBadTime = (text: Text, instant: Text) =>
  eb(holds(eb.and([matches(text, WHOLE_TEXT), eb(instant, 'is not', null)])), '=', false)

/** True where the value of a column of text is neither a text nor a number. */
export const isOdd = (odd: Text, column: string) => eb(holds(containsText(odd, column)), '=', true)

/** True where a file lies in a folder, given as a part of its key; no file lies in the empty one. */
export const isInFolder = (file: Expression<string>, folder: Expression<string>) =>
  eb.and([eb(folder, '<>', ''), containsText(file, folder)])
