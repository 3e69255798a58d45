import {
  type ColumnMetadata,
  type DatabaseIntrospector,
  type Kysely,
  type SchemaMetadata,
  sql,
  type TableMetadata,
} from 'kysely'

interface ColumnRow {
  readonly table_schema: string
  readonly table_name: string
  readonly table_type: string
  readonly column_name: string
  readonly data_type: string
  readonly is_nullable: string
  readonly column_default: string | null
}

/** Describes a database by the views that the SQL standard asks for, which DuckDB and Athena both have. */
export class InformationSchemaIntrospector implements DatabaseIntrospector {
  readonly #db: Kysely<unknown>

  constructor(db: Kysely<unknown>) {
    this.#db = db
  }

  async getSchemas(): Promise<SchemaMetadata[]> {
    const { rows } = await sql<SchemaMetadata>`
      select distinct schema_name as name from information_schema.schemata order by 1`.execute(this.#db)
    return rows
  }

  async getTables(): Promise<TableMetadata[]> {
    const { rows } = await sql<ColumnRow>`
      select t.table_schema, t.table_name, t.table_type,
        c.column_name, c.data_type, c.is_nullable, c.column_default
      from information_schema.tables as t
      join information_schema.columns as c on c.table_schema = t.table_schema and c.table_name = t.table_name
      where t.table_schema <> 'information_schema'
      order by t.table_schema, t.table_name, c.ordinal_position`.execute(this.#db)
    const tables = Object.groupBy(rows, (row) => `${row.table_schema}.${row.table_name}`)
    return Object.values(tables).flatMap((columns) => (columns?.[0] ? [tableOf(columns[0], columns)] : []))
  }
}

const tableOf = (row: ColumnRow, columns: readonly ColumnRow[]): TableMetadata => ({
  schema: row.table_schema,
  name: row.table_name,
  isView: row.table_type === 'VIEW',
  isForeign: false,
  columns: columns.map(columnOf),
})

const columnOf = (row: ColumnRow): ColumnMetadata => ({
  name: row.column_name,
  dataType: row.data_type,
  isNullable: row.is_nullable === 'YES',
  isAutoIncrementing: false,
  hasDefaultValue: row.column_default !== null,
})
