import { type AliasableExpression, type Expression, expressionBuilder } from 'kysely'
import { castTo, ratio } from '../sql/functions.ts'

interface Placed {
  readonly value: Expression<unknown>
  /** Place of the row by that value within its group, from 1; nulls last. */
  readonly place: Expression<unknown>
  /** How many rows of the group have a value. */
  readonly of: Expression<unknown>
  /** The column that says which group a row is in. */
  readonly group: string
}

/**
 * The exact median of a group, beside each of its rows: the value in the middle, or the mean of the two; null where no
 * row has one. Spelled with window functions, because only some engines have an exact median, and without a division to
 * find the middle, because each divides integers on its own way: of n places, n <= 2 * place <= n + 2 are in the middle.
 */
export function median({ value, place, of, group }: Placed): AliasableExpression<number | null> {
  const eb = expressionBuilder<{ row: Record<string, unknown> }, 'row'>()
  const number = (e: Expression<unknown>) => castTo<number>(e, 'double precision')
  const twice = eb(number(place), '*', eb.lit(2))
  const isMiddle = eb.and([eb(twice, '>=', number(of)), eb(twice, '<=', eb(number(of), '+', eb.lit(2)))])
  const middle = eb.case().when(isMiddle).then(number(value)).end()
  const lower = eb.fn.min<number>(middle).over((over) => over.partitionBy(group))
  const upper = eb.fn.max<number>(middle).over((over) => over.partitionBy(group))
  return ratio(eb(lower, '+', upper), eb.lit(2))
}
