import { type AliasableExpression, type Expression, expressionBuilder, sql } from 'kysely'
import type { Month } from '../catalog/month.ts'
import { castTo } from '../sql/functions.ts'

/** A timestamp as a typed literal: Athena does not compare a timestamp with text. */
export const timestampLiteral = (text: string): AliasableExpression<string> =>
  castTo<string>(sql.lit(text), 'timestamp')

/** True where a timestamp lies in the month. */
export const inMonth = (time: Expression<string>, { from, to }: Month) => {
  const eb = expressionBuilder<Record<never, never>, never>()
  return eb.and([eb(time, '>=', timestampLiteral(from)), eb(time, '<', timestampLiteral(to))])
}
