import type { Compilable, Expression, QueryCreator } from 'kysely'
import type { Columns, Row } from '../catalog/column.ts'
import type { Month } from '../catalog/month.ts'
import type { DatabaseOf, RowOf, Table } from '../catalog/table.ts'
import type { DataTest } from './data-test.ts'

/** How far beyond its own month a mart looks: those months' changes rebuild it too. */
export interface Window {
  readonly monthsBefore: 0 | 1
  readonly monthsAfter: 0 | 1
}

type Given<T extends Table> = { readonly [X in T as X['name']]: readonly RowOf<X>[] }

/** Given rows and the rows expected from them: documentation that every engine executes. */
export interface MartCase<Reads extends Table = Table, C extends Columns = Columns> {
  readonly name: string
  readonly month: string
  readonly given: Given<Reads>
  readonly expect: readonly Row<C>[]
}

/**
 * A mart: one month's rows, built by one query over what it reads. It is a table of its own (and so other marts can read
 * it), published as a view of the same name.
 */
export interface Mart<N extends string = string, C extends Columns = Columns> extends Table<N, C> {
  readonly reads: readonly Table[]
  readonly window: Window
  /** `from` has what `reads` names, for the months of the window; the rows must be those of `month` alone. */
  readonly query: (from: QueryCreator<never>, month: Month) => Compilable & Expression<Row<C>>
  readonly tests: readonly DataTest[]
  readonly cases: readonly MartCase[]
}

interface MartDefinition<N extends string, C extends Columns, R extends readonly Table[]> {
  readonly name: N
  readonly grain: string
  readonly columns: C
  readonly reads: R
  readonly window?: Partial<Window>
  readonly query: (
    from: QueryCreator<DatabaseOf<R[number]>>,
    month: Month,
  ) => Compilable & Expression<Row<NoInfer<C>>>
  readonly tests: readonly DataTest<Extract<keyof NoInfer<C>, string>>[]
  readonly cases: readonly MartCase<R[number], NoInfer<C>>[]
}

export const defineMart = <const N extends string, C extends Columns, const R extends readonly Table[]>(
  definition: MartDefinition<N, C, R>,
): Mart<N, C> => ({
  ...definition,
  partitionKeys: {},
  window: { monthsBefore: 0, monthsAfter: 0, ...definition.window },
  // The reads that the query is typed with are known only inside; from here on a mart is one of many.
  query: definition.query as unknown as Mart<N, C>['query'],
  cases: definition.cases as unknown as readonly MartCase[],
})
