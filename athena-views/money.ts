import { type Expression, expressionBuilder, sql } from 'kysely'
import { castTo } from '../sql/functions.ts'

const eb = expressionBuilder<Record<never, never>, never>()
const asMoney = (e: Expression<unknown>) => castTo<string>(e, 'decimal(18, 2)')

/** A sum of prices as marts hold it, 0.00 where there is none. Sums of decimals are exact in whatever order. */
export const money = (sum: Expression<unknown>) => asMoney(eb.fn.coalesce(sum, sql.lit(0)))

/** Money as a double that is a whole number, to calculate with: each engine divides decimals on its own way. */
export const inCents = (amount: Expression<unknown>) =>
  castTo<number>(eb(amount, '*', sql.lit(100)), 'double precision')

/** Money of a double in cents, half a cent up. Cast from a double to a decimal would round differently in each engine. */
export const fromCents = (cents: Expression<number | null>) =>
  asMoney(eb(castTo<number>(eb.fn('round', [cents]), 'bigint'), '*', sql.lit(0.01)))
