import { type Expression, expressionBuilder } from 'kysely'
import { CSV_COLUMNS } from '../catalog/events.ts'
import { characterAt, containsText, listItem, listLength, matches, splitLine } from '../sql/functions.ts'

/**
 * How a line of the raw CSV falls into fields. A field is `"…"` with doubled quotes inside, or text that does not begin
 * with a quote. A record never spans lines, so an unterminated quote spoils its own line and no other.
 */
const FIELD = '(?:"[^"]*(?:""[^"]*)*"|[^",][^,]*|)'
/** Anchored at both ends for engines that search; `\z`, because Java's `$` also stops before a final U+2028. */
const QUOTED_LINE = `^${FIELD}(?:,${FIELD}){${CSV_COLUMNS.length - 1}}\\z`

/** Java's matcher recurses at each doubled quote: a longer line with quotes could overflow an executor's stack. */
export const LONGEST_QUOTED_LINE = 4096

const eb = expressionBuilder<Record<never, never>, never>()

export const hasQuote = (line: Expression<string>) => containsText(line, '"')

/** True where a byte was not UTF-8 (decoders leave U+FFFD in its place) or is NUL. */
export const isDamaged = (line: Expression<string>) =>
  eb.or([containsText(line, '\ufffd'), containsText(line, characterAt(0))])

/** The fields as they stand between the commas. Lines without a quote, nearly all, never meet a regular expression. */
export const fieldsOf = (line: Expression<string>, quoted: Expression<boolean>) =>
  eb
    .case()
    .when(eb(quoted, '=', false))
    .then(splitLine(line))
    .when(eb(eb.fn<number>('length', [line]), '>', LONGEST_QUOTED_LINE))
    .then(null)
    .when(matches(line, QUOTED_LINE))
    .then(
      eb.fn<string[]>('regexp_extract_all', [eb(eb.val(','), '||', line), eb.val(`,(${FIELD})`), eb.val(1)]),
    )
    .end()

/** True where the line is one field a column. */
export const isWhole = (fields: Expression<string[] | null>) =>
  eb.fn.coalesce(eb(listLength(fields as Expression<string[]>), '=', CSV_COLUMNS.length), eb.val(false))

/** The n-th field (from 1) without its quotes; an empty one is null. */
export const textOf = (fields: Expression<string[] | null>, n: number, quoted: Expression<boolean>) => {
  const field = listItem(fields as Expression<string[]>, n) as Expression<string>
  const inner = eb.fn<string>('substring', [field, eb.val(2), eb(eb.fn<number>('length', [field]), '-', 2)])
  const unquoted = eb
    .case()
    .when(eb(quoted, '=', false))
    .then(field)
    .when(eb(eb.fn<string>('left', [field, eb.val(1)]), '=', '"'))
    .then(eb.fn<string>('replace', [inner, eb.val('""'), eb.val('"')]))
    .else(field)
    .end()
  return eb.fn<string | null>('nullif', [unquoted, eb.val('')])
}
