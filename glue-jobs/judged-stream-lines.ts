import type { AliasedExpression, Expression, QueryCreator, SqlBool } from 'kysely'
import { STREAM_REJECT_REASONS } from '../catalog/events.ts'
import { compactList, listItem } from '../sql/functions.ts'
import {
  badName,
  cast,
  EVENT_COLUMNS,
  type EventColumn,
  type JudgedLine,
  type MonthBounds,
  textName,
} from './curation.ts'
import { CHECKED_COLUMNS, type CheckedColumn, isBad } from './field-checks.ts'
import { isDamaged } from './split-line.ts'
import { instantOf, isBadTime, isInFolder, isOdd } from './stream-checks.ts'
import { placeOf, STREAM_TEXTS } from './stream-fields.ts'

/** Persisted records as lines; `fields` are their texts as `STREAM_TEXTS` has them, null where a line is no JSON object. */
export interface RawStreamLines {
  lines: { line: string; source_file: string; fields: string[] | null }
}

/** Why a line is neither an event nor rejected: a replay sent it again, or the slice of the month beside this one takes it. */
export const LEFT_OUT = ['replayed', 'neighbours'] as const

/**
 * As lines of CSV are judged. A line that is left out has no reasons; `sent` tells events apart that differ only in what the
 * curated table does not keep.
 */
export type JudgedStreamLine = JudgedLine & {
  left_out: (typeof LEFT_OUT)[number] | null
  sent: string | null
}

/** The slice's month, the two beside it, and the hours that are shared with these, as parts of keys: empty where none is. */
export interface StreamBounds extends MonthBounds {
  /** First instant of the month before. */
  readonly beforeFrom: Expression<string>
  /** First instant behind the month after. */
  readonly afterTo: Expression<string>
  /** The folder of what arrived in the slice's month. */
  readonly own: Expression<string>
  /** The folder in it whose events of the month before are left to that month's slice; and the same of the month after. */
  readonly toBefore: Expression<string>
  readonly toAfter: Expression<string>
}

/** Columns that are checked as those of CSV are; times may be written in more ways here. */
const CHECKED_ALIKE = CHECKED_COLUMNS.filter((column) => column !== 'event_time') as Exclude<
  CheckedColumn,
  'event_time'
>[]
const TEXTS = ['category_code', 'brand', 'user_session'] as const

/** All but this one are of the line alone. */
const FLAWS = STREAM_REJECT_REASONS.filter((reason) => reason !== 'outside_month')
type Flag = `bad_${(typeof FLAWS)[number]}`
const flag = (reason: (typeof FLAWS)[number]): Flag => `bad_${reason}`

/**
 * Each persisted line, cast and judged: the curation of the stream, for DuckDB and for Spark. An event's time is its
 * `txn_timestamp`; what it must be besides is what the live path asks of a record (`stream/event-grammar.ts`).
 */
export const judgedStreamLines = (from: QueryCreator<RawStreamLines>, bounds: StreamBounds) =>
  from
    .with('texts', (q) =>
      q
        .selectFrom('lines')
        .where('line', '<>', '')
        .select(['line', 'source_file'])
        .select((eb) => [
          isDamaged(eb.ref('line')).as('damaged'),
          eb('fields', 'is not', null).as('whole'),
          ...STREAM_TEXTS.map((name) =>
            listItem(eb.ref('fields') as Expression<string[]>, placeOf(name)).as(`${name}_text` as const),
          ),
        ]),
    )
    .with('typed', (q) =>
      q
        .selectFrom('texts')
        .selectAll()
        .select((eb) =>
          EVENT_COLUMNS.map((column) => {
            const text = column === 'event_time' ? 'txn_timestamp_text' : textName(column)
            const value = column === 'event_time' ? instantOf(eb.ref(text)) : cast(column, eb.ref(text))
            return value.as(column) as AliasedExpression<string | null, EventColumn>
          }),
        )
        .select((eb) => instantOf(eb.ref('event_time_text')).as('told_time')),
    )
    .with('checked', (q) =>
      q
        .selectFrom('typed')
        .select(['line', 'source_file', 'whole', ...EVENT_COLUMNS])
        .select((eb) => [
          eb('replay_text', 'is not', null).as('replayed'),
          eb(eb('event_time_text', '||', eb.val(' ')), '||', eb.ref('txn_timestamp_text')).as('sent'),
          eb('damaged', '=', true).as('bad_encoding'),
          eb('whole', '=', false).as('bad_json'),
          isBadTime(eb.ref('event_time_text'), eb.ref('told_time')).as('bad_event_time'),
          isBadTime(eb.ref('txn_timestamp_text'), eb.ref('event_time')).as('bad_txn_timestamp'),
          ...CHECKED_ALIKE.map((column) =>
            isBad(column, { text: eb.ref(textName(column)), value: eb.ref(column) }).as(badName(column)),
          ),
          ...TEXTS.map((column) => isOdd(eb.ref('odd_text'), column).as(`bad_${column}` as const)),
        ]),
    )
    .with('explained', (q) =>
      q
        .selectFrom('checked')
        .select(['line', 'source_file', 'replayed', 'sent', ...EVENT_COLUMNS])
        .select((eb) => {
          const isTrue = (name: Flag) => eb(name, '=', true)
          const ofLine = (reason: (typeof FLAWS)[number]): Expression<SqlBool> =>
            reason === 'encoding' || reason === 'json'
              ? isTrue(flag(reason))
              : eb.and([eb('whole', '=', true), isTrue(flag(reason))])
          const outside = eb.and([
            eb('bad_txn_timestamp', '=', false),
            eb.or([eb('event_time', '<', bounds.from), eb('event_time', '>=', bounds.to)]),
          ])
          const when = (reason: (typeof STREAM_REJECT_REASONS)[number]) =>
            eb
              .case()
              .when(reason === 'outside_month' ? outside : ofLine(reason))
              .then(eb.val<string>(reason))
              .end()
          return [
            eb.or(FLAWS.map(ofLine)).as('flawed'),
            eb
              .case()
              .when(eb.or([...FLAWS.map(ofLine), outside]))
              .then(compactList(STREAM_REJECT_REASONS.map(when)))
              .end()
              .as('found'),
            isInFolder(eb.ref('source_file'), bounds.own).as('own'),
          ]
        }),
    )
    .with('placed', (q) =>
      q
        .selectFrom('explained')
        .select(['line', 'source_file', 'sent', 'found', ...EVENT_COLUMNS])
        .select((eb) => {
          const file = eb.ref('source_file')
          const isBefore = eb.and([
            isInFolder(file, bounds.toBefore),
            eb('event_time', '>=', bounds.beforeFrom),
            eb('event_time', '<', bounds.from),
          ])
          const isAfter = eb.and([
            isInFolder(file, bounds.toAfter),
            eb('event_time', '>=', bounds.to),
            eb('event_time', '<', bounds.afterTo),
          ])
          return eb
            .case()
            .when(
              eb.and([
                eb('own', '=', false),
                eb.or([eb('replayed', '=', true), eb('found', 'is not', null)]),
              ]),
            )
            .then(eb.val<string>('neighbours'))
            .when('replayed', '=', true)
            .then(eb.val<string>('replayed'))
            .when(eb.and([eb('flawed', '=', false), eb.or([isBefore, isAfter])]))
            .then(eb.val<string>('neighbours'))
            .end()
            .as('left_out')
        }),
    )
    .selectFrom('placed')
    .select(['line', 'source_file', 'sent', 'left_out', ...EVENT_COLUMNS])
    .select((eb) => eb.case().when('left_out', 'is', null).then(eb.ref('found')).end().as('reasons'))
