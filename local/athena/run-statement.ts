import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import type { Catalog } from '../glue/catalog.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { createTableAs } from './create-table-as.ts'
import { createView } from './create-view.ts'
import { type TextRow, writeResult } from './result-file.ts'
import { prepareSelect } from './select-only.ts'
import { asDuckDb, parseStatement, type TableName } from './statement.ts'
import { type ColumnInfo, columnInfo, EMPTY_RESULT, type StatementResult } from './statement-result.ts'
import { resultType } from './types.ts'
import { valueText } from './value-text.ts'

export interface StatementContext {
  readonly catalog: Catalog
  readonly objects: ObjectStore
  readonly connection: DuckDBConnection
  readonly database: string | undefined
  readonly resultPath: string
  readonly defaultLocation: string
}

const columnsOf = (prepared: DuckDBPreparedStatement): ColumnInfo[] =>
  Array.from({ length: prepared.columnCount }, (_, index) => {
    const { athena, precision, scale } = resultType(prepared.columnType(index))
    return columnInfo(prepared.columnName(index), athena, precision, scale)
  })

async function* textRows(
  prepared: DuckDBPreparedStatement,
  header: TextRow,
): AsyncGenerator<readonly TextRow[]> {
  yield [header]
  const result = await prepared.stream()
  const types = result.columnTypes()
  for await (const rows of result.yieldRows())
    yield rows.map((row) =>
      row.map((value, index) => valueText(value, types[index] as (typeof types)[number])),
    )
}

type Ran = Pick<StatementResult, 'columns' | 'index'>

const select = async (context: StatementContext, sql: string): Promise<Ran> => {
  const prepared = await prepareSelect(context.connection, sql)
  try {
    const columns = columnsOf(prepared)
    const header = columns.map(({ Name }) => Name)
    return { columns, index: await writeResult(context.resultPath, textRows(prepared, header)) }
  } finally {
    prepared.destroySync()
  }
}

/** Runs one statement on a connection of its own; every statement leaves a result, if only an empty one. */
export const runStatement = async (sql: string, context: StatementContext): Promise<Ran> => {
  const { catalog, objects, connection, defaultLocation } = context
  const statement = parseStatement(sql)
  if (statement.kind === 'query') return await select(context, asDuckDb(statement.sql))
  const databaseOf = ({ database, table }: TableName): string => {
    const name = database ?? context.database
    if (name === undefined)
      throw new Error(`MISSING_SCHEMA_NAME: name the database of ${table}: "database"."${table}"`)
    return name
  }
  const { table } = statement.name
  const database = databaseOf(statement.name)
  if (statement.kind === 'ctas') {
    const { properties, select } = statement
    await createTableAs(catalog, objects, {
      connection,
      database,
      table,
      properties,
      select,
      defaultLocation,
    })
  } else if (statement.kind === 'create view') {
    const { canReplace, select } = statement
    await createView(catalog, { connection, database, view: table, canReplace, select })
  } else {
    const found = catalog.findTable(database, table)
    const isWanted = found && (found.TableType === 'VIRTUAL_VIEW') === statement.isView
    if (isWanted) catalog.deleteTable(database, table)
    else if (!statement.ifExists)
      throw new Error(
        `TABLE_NOT_FOUND: ${statement.isView ? 'View' : 'Table'} '${database}.${table}' does not exist`,
      )
  }
  return EMPTY_RESULT
}
