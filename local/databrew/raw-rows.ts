import { CSV_COLUMNS, CSV_HEADER } from '../../catalog/events.ts'
import { fieldsOf, hasQuote, textOf } from '../../glue-jobs/split-line.ts'
import { builderFor } from '../../sql/builder.ts'
import { type RawFile, rawLines } from '../curate/raw-lines.ts'

/**
 * Every row of raw files as nine texts, read and split as curation reads and splits it; an empty field is null, and so is
 * what is missing.
 */
export const rawRows = (files: readonly RawFile[]): string => {
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
  return `WITH lines AS (${rawLines(files)}) SELECT * FROM (${split.compile().sql})`
}
