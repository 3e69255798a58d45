import type { DuckDBConnection } from '@duckdb/node-api'
import type { Catalog } from '../glue/catalog.ts'
import { prepareSelect } from './select-only.ts'
import { resultType } from './types.ts'
import { viewInput } from './view-input.ts'

export interface ViewRequest {
  readonly connection: DuckDBConnection
  readonly database: string
  readonly view: string
  readonly canReplace: boolean
  readonly select: string
}

/** Stores a view once its query is known to bind; readers see the former text or the new one. */
export const createView = async (catalog: Catalog, request: ViewRequest): Promise<void> => {
  const { connection, database, view, canReplace, select } = request
  const former = catalog.findTable(database, view)
  if (former && former.TableType !== 'VIRTUAL_VIEW')
    throw new Error(
      `TABLE_ALREADY_EXISTS: '${database}.${view}' is a table, not a view: give the view another name`,
    )
  if (former && !canReplace)
    throw new Error(`VIEW_ALREADY_EXISTS: View already exists: '${database}.${view}'`)
  const prepared = await prepareSelect(connection, select)
  const Columns = Array.from({ length: prepared.columnCount }, (_, index) => ({
    Name: prepared.columnName(index).toLowerCase(),
    Type: resultType(prepared.columnType(index)).glue || 'string',
  }))
  prepared.destroySync()
  const input = viewInput({ database, view, sql: select, columns: Columns })
  if (former) catalog.updateTable(database, input)
  else catalog.createTable(database, input)
}
