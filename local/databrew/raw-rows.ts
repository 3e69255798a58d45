import { CSV_COLUMNS, CSV_HEADER } from '../../catalog/events.ts'
import { fieldsOf, hasQuote, textOf } from '../../glue-jobs/split-line.ts'
import { builderFor } from '../../sql/builder.ts'
import { quoted } from '../athena/text.ts'
import { quotedPath } from '../curate/duckdb.ts'

/** Every row of raw files as nine texts, split as curation splits it; an empty field is null, and so is what is missing. */
export const rawRows = (paths: readonly string[]): string => {
  // Lines, not fields: an unterminated quote must not swallow the rest of a file.
  const lines = `SELECT line FROM read_csv([${paths.map((path) => quotedPath(path)).join(', ')}], auto_detect = false, header = false, quote = '', escape = '',
    comment = '', delim = ${quoted('\u0001')}, nullstr = ${quoted('\u0002')}, strict_mode = false, ignore_errors = true,
    columns = {'line': 'VARCHAR'})`
  const split = builderFor<{ lines: { line: string } }>('duckdb')
    .with('marked', (q) =>
      q
        .selectFrom('lines')
        .where('line', '<>', CSV_HEADER)
        .where('line', '<>', '')
        .select('line')
        .select((eb) => hasQuote(eb.ref('line')).as('quoted')),
    )
    .with('split', (q) =>
      q
        .selectFrom('marked')
        .select('quoted')
        .select((eb) => fieldsOf(eb.ref('line'), eb.ref('quoted')).as('fields')),
    )
    .selectFrom('split')
    .select((eb) => CSV_COLUMNS.map((name, i) => textOf(eb.ref('fields'), i + 1, eb.ref('quoted')).as(name)))
  return `WITH lines AS (${lines}) SELECT * FROM (${split.compile().sql})`
}
