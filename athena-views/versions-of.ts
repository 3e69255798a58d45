import { type Expression, sql } from 'kysely'
import { curatedEvents, userActivity } from '../catalog/events.ts'
import type { Names } from '../catalog/names.ts'
import { columnNames, type Table } from '../catalog/table.ts'
import { builderFor, type DialectName } from '../sql/builder.ts'
import type { AnyDatabase } from './mart-query.ts'

/** Where a statement runs, and what the databases are called there. */
export interface Place {
  readonly dialect: DialectName
  readonly names: Pick<Names, 'lakeDatabase' | 'viewDatabase'>
}

/** The rows of a table or view that lie in these versions. */
export function versionsOf({ dialect, names }: Place, table: Table, versions: readonly string[]) {
  const isEvents = table.name === userActivity.name
  const stored = isEvents ? curatedEvents.name : table.name
  return builderFor<AnyDatabase>(dialect)
    .selectFrom(`${names.lakeDatabase}.${stored}`)
    .select((eb) =>
      columnNames(table).map((column) =>
        isEvents && column === 'source' ? sourceOf(eb.ref('version')).as(column) : column,
      ),
    )
    .where((eb) => (versions.length > 0 ? eb('version', 'in', versions) : eb.lit(false)))
}

/** `csv` of `csv-2019-10@r7`. */
const sourceOf = (version: Expression<unknown>) => sql<string>`split_part(${version}, '-', 1)`
