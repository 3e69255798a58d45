import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import type { Catalog } from '../glue/catalog.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { createTableAs } from './create-table-as.ts'
import { createView } from './create-view.ts'
import { type ResultIndex, type TextRow, writeResult } from './result-file.ts'
import { prepareSelect } from './select-only.ts'
import { parseStatement, type TableName } from './statement.ts'
import { resultType } from './types.ts'
import { valueText } from './value-text.ts'

export interface ColumnInfo {
  readonly Name: string
  readonly Label: string
  readonly Type: string
  readonly Precision: number
  readonly Scale: number
  readonly Nullable: 'UNKNOWN'
  readonly CaseSensitive: boolean
  readonly CatalogName: string
  readonly SchemaName: string
  readonly TableName: string
}

export interface StatementResult {
  readonly columns: readonly ColumnInfo[]
  readonly index: ResultIndex
}

export interface StatementContext {
  readonly catalog: Catalog
  readonly objects: ObjectStore
  readonly connection: DuckDBConnection
  readonly database: string | undefined
  readonly resultPath: string
  readonly defaultLocation: string
}

export const EMPTY_RESULT: StatementResult = { columns: [], index: { rows: 0, bytes: 0, offsets: [] } }

const columnInfo = (prepared: DuckDBPreparedStatement): ColumnInfo[] =>
  Array.from({ length: prepared.columnCount }, (_, index) => {
    const { athena, precision, scale } = resultType(prepared.columnType(index))
    const Name = prepared.columnName(index)
    return {
      Name,
      Label: Name,
      Type: athena,
      Precision: precision,
      Scale: scale,
      Nullable: 'UNKNOWN',
      CaseSensitive: athena === 'varchar',
      CatalogName: 'hive',
      SchemaName: '',
      TableName: '',
    }
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

const select = async (context: StatementContext, sql: string): Promise<StatementResult> => {
  const prepared = await prepareSelect(context.connection, sql)
  try {
    const columns = columnInfo(prepared)
    const header = columns.map(({ Name }) => Name)
    return { columns, index: await writeResult(context.resultPath, textRows(prepared, header)) }
  } finally {
    prepared.destroySync()
  }
}

/** Runs one statement on a connection of its own; every statement leaves a result, if only an empty one. */
export const runStatement = async (sql: string, context: StatementContext): Promise<StatementResult> => {
  const { catalog, objects, connection, defaultLocation } = context
  const statement = parseStatement(sql)
  if (statement.kind === 'query') return await select(context, statement.sql)
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
