import { type AliasableExpression, expressionBuilder, sql } from 'kysely'
import type { userActivity } from '../catalog/events.ts'
import type { RowOf } from '../catalog/table.ts'
import { castTo } from '../sql/functions.ts'

interface Database {
  user_activity: RowOf<typeof userActivity>
}

/** What analysts call a category: its code, or `category <id>` for the third of events whose category has none. */
export function categoryOf(): AliasableExpression<string> {
  const eb = expressionBuilder<Database, 'user_activity'>()
  const named = eb.fn<string>('concat', [
    sql.lit('category '),
    castTo<string>(eb.ref('category_id'), 'varchar'),
  ])
  return eb.fn.coalesce('category_code', named)
}
