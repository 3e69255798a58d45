import { type Expression, expressionBuilder, type SqlBool } from 'kysely'
import { EVENT_TYPES, type RejectReason } from '../catalog/events.ts'
import { castTo, matches, timestampText } from '../sql/functions.ts'

type Condition = Expression<SqlBool>

/** A column as text in the file and as cast; null where the file has nothing or the cast failed. */
interface Field {
  readonly text: Expression<string | null>
  readonly value: Expression<unknown>
}
type Check = (field: Field) => Condition

const eb = expressionBuilder<Record<never, never>, never>()

/** Null counts as false: where it is unknown whether a field is good, it is not. */
const isNotTrue = (condition: Condition) =>
  eb(eb.fn.coalesce(condition as Expression<boolean | null>, eb.val(false)), '=', false)

/**
 * The engines' casts take more than our grammar (` 12`, `1e3`, `12.7`, `1_000`, `0x1A`, `24:00:00`), each its own set. What
 * a cast made of the text must therefore print as the text again.
 */
const printsAs = (printed: Expression<string | null>, text: Expression<string | null>): Condition =>
  eb(printed, '=', text)
const printed = (value: Expression<unknown>) => castTo<string | null>(value, 'varchar')

/** Years have four digits, though DuckDB knows more, and begin with 1, though Spark knows a year 0. */
const isTime: Check = ({ text, value }) =>
  eb.and([
    printsAs(eb(timestampText(value), '||', eb.val(' UTC')), text),
    eb(eb.fn<number>('length', [text]), '=', '2019-10-01 00:00:00 UTC'.length),
    eb(text, '>=', '0001'),
  ])

const isEventType: Check = ({ text }) => eb(text, 'in', EVENT_TYPES)

const isId: Check = ({ text, value }) =>
  eb.and([printsAs(printed(value), text), eb(value as Expression<bigint>, '>=', 0n)])

/** A price may be missing, leave out decimals or have zeros behind them; one that the cast would round is rejected. */
const isPrice: Check = ({ text, value }) =>
  eb(
    eb
      .case()
      .when(text, 'is', null)
      .then(true)
      .when(eb(value as Expression<string>, '<', eb.lit(0) as unknown as Expression<string>))
      .then(false)
      .when(printsAs(printed(value), text))
      .then(true)
      .when(value, 'is not', null)
      .then(matches(text, '^[0-9]+(?:\\.[0-9]{1,2}0*)?\\z'))
      .else(false)
      .end(),
    '=',
    true,
  )

const CHECKS = {
  event_time: isTime,
  event_type: isEventType,
  product_id: isId,
  category_id: isId,
  price: isPrice,
  user_id: isId,
} satisfies Partial<Record<RejectReason, Check>>

export type CheckedColumn = keyof typeof CHECKS
export const CHECKED_COLUMNS = Object.keys(CHECKS) as CheckedColumn[]

/** True where the field is missing though required, or not what its column takes. */
export const isBad = (column: CheckedColumn, field: Field) => isNotTrue(CHECKS[column](field))
