import {
  type AliasedExpression,
  type Expression,
  expressionBuilder,
  type QueryCreator,
  type SqlBool,
} from 'kysely'
import { CSV_COLUMNS, CSV_REJECT_REASONS, userActivity } from '../catalog/events.ts'
import type { RowOf } from '../catalog/table.ts'
import { castTo, compactList, tryCast } from '../sql/functions.ts'
import { sqlType } from '../sql/types.ts'
import { CHECKED_COLUMNS, type CheckedColumn, isBad } from './field-checks.ts'
import { fieldsOf, hasQuote, isDamaged, isWhole, textOf } from './split-line.ts'

/** The nine columns of an event. */
export type Event = Omit<RowOf<typeof userActivity>, 'source'>
export type EventColumn = keyof Event & string
export const EVENT_COLUMNS = CSV_COLUMNS as EventColumn[]

/** The raw files as lines of text, without their line ends; `source_file` is the key of the file. */
export interface RawLines {
  lines: { line: string; source_file: string }
}

/** Every line with its typed columns; `reasons` is null where it passed, and then the columns are complete. */
export type JudgedLine = { [C in EventColumn]: Event[C] | null } & {
  line: string
  source_file: string
  reasons: string[] | null
}

type CsvReason = (typeof CSV_REJECT_REASONS)[number]

/** The range of the slice's month as timestamps: literals, or an engine's parameters. */
export interface MonthBounds {
  readonly from: Expression<string>
  readonly to: Expression<string>
}

export type Text<C extends EventColumn = EventColumn> = `${C}_text`
export const textName = <C extends EventColumn>(column: C): Text<C> => `${column}_text`

export const badName = <C extends CheckedColumn>(column: C): `bad_${C}` => `bad_${column}`

/** `2019-10-01 00:00:00`: what follows, the check of the field sees. */
const SECONDS = 19

export const cast = (column: EventColumn, text: Expression<string | null>) => {
  const type = userActivity.columns[column]
  const eb = expressionBuilder<Record<never, never>, never>()
  const castable = type.kind === 'timestamp' ? eb.fn<string>('left', [text, eb.lit(SECONDS)]) : text
  return type.kind === 'string' ? castTo(text, sqlType(type)) : tryCast(castable, sqlType(type))
}

/**
 * Each line of the raw files, split, cast and judged: the one definition of curation, for DuckDB and for Spark. Every
 * step names what it computes, so that no engine computes it twice. Blank lines are no records.
 */
export const judgedLines = (from: QueryCreator<RawLines>, month: MonthBounds) =>
  from
    .with('records', (q) =>
      q
        .selectFrom('lines')
        .where('line', '<>', '')
        .select((eb) => ['line', 'source_file', hasQuote(eb.ref('line')).as('quoted')]),
    )
    .with('split', (q) =>
      q
        .selectFrom('records')
        .select(['line', 'source_file', 'quoted'])
        .select((eb) => fieldsOf(eb.ref('line'), eb.ref('quoted')).as('fields')),
    )
    .with('texts', (q) =>
      q
        .selectFrom('split')
        .select((eb) => [
          'line',
          'source_file',
          isDamaged(eb.ref('line')).as('damaged'),
          isWhole(eb.ref('fields')).as('whole'),
          ...EVENT_COLUMNS.map((column, i) =>
            textOf(eb.ref('fields'), i + 1, eb.ref('quoted')).as(textName(column)),
          ),
        ]),
    )
    .with('typed', (q) =>
      q
        .selectFrom('texts')
        .selectAll()
        .select((eb) =>
          EVENT_COLUMNS.map(
            (column) =>
              cast(column, eb.ref(textName(column))).as(column) as AliasedExpression<
                string | null,
                EventColumn
              >,
          ),
        ),
    )
    .with('checked', (q) =>
      q
        .selectFrom('typed')
        .select(['line', 'source_file', 'damaged', 'whole', ...EVENT_COLUMNS])
        .select((eb) =>
          CHECKED_COLUMNS.map((column) =>
            isBad(column, { text: eb.ref(textName(column)), value: eb.ref(column) }).as(badName(column)),
          ),
        ),
    )
    .selectFrom('checked')
    .select(['line', 'source_file', ...EVENT_COLUMNS])
    .select((eb) => {
      const outside = eb.or([eb('event_time', '<', month.from), eb('event_time', '>=', month.to)])
      const bad: Record<Exclude<CsvReason, 'column_count'>, Expression<SqlBool>> = {
        encoding: eb('damaged', '=', true),
        event_time: eb('bad_event_time', '=', true),
        event_type: eb('bad_event_type', '=', true),
        product_id: eb('bad_product_id', '=', true),
        category_id: eb('bad_category_id', '=', true),
        price: eb('bad_price', '=', true),
        user_id: eb('bad_user_id', '=', true),
        outside_month: eb.and([eb('bad_event_time', '=', false), outside]),
      }
      const when = (reason: CsvReason) =>
        reason === 'column_count'
          ? eb.val<string>(reason)
          : eb.case().when(bad[reason]).then(eb.val<string>(reason)).end()
      return eb
        .case()
        .when('whole', '=', false)
        .then(compactList(CSV_REJECT_REASONS.slice(0, 2).map(when)))
        .when(eb.or(Object.values(bad)))
        .then(compactList(CSV_REJECT_REASONS.filter((reason) => reason !== 'column_count').map(when)))
        .end()
        .as('reasons')
    })
