import type { Column } from '../../catalog/column.ts'
import type { Table } from '../../catalog/table.ts'
import { sqlType } from '../types.ts'
import { intervalText } from './interval.ts'
import { FLINK_TYPES } from './spelling.ts'

/** The type of a column in Flink's DDL. Every column may be null: what has to be there, the source sees to. */
export function flinkType(column: Column): string {
  if (column.kind === 'strings') return 'array<string>'
  if (column.kind === 'counts') return 'map<string, bigint>'
  const type = sqlType(column)
  return FLINK_TYPES[type as keyof typeof FLINK_TYPES] ?? type
}

const name = (text: string) => `\`${text}\``
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** `ROW<a STRING, …>`: the columns as one type, for a source that is written in Java. */
export const flinkRow = (table: Table): string =>
  `row<${Object.entries(table.columns)
    .map(([column, type]) => `${name(column)} ${flinkType(type)}`)
    .join(', ')}>`

interface CreateTable {
  readonly table: Table
  /** Of the connector and the format. `${name}` in a value stands for a runtime property. */
  readonly options: Readonly<Record<string, string>>
  /** The column of event time, and how many milliseconds its watermark lags behind. */
  readonly watermark?: { readonly column: string; readonly lag: number }
  /** Columns that say where a record goes: for a Kinesis stream they are the partition key. */
  readonly partitionedBy?: readonly string[]
}

/** `CREATE TABLE` with the columns, types and comments of the catalog. */
export function createTable({ table, options, watermark, partitionedBy }: CreateTable): string {
  const columns = Object.entries(table.columns).map(
    ([column, type]) => `${name(column)} ${flinkType(type)} comment ${literal(type.comment)}`,
  )
  const mark = watermark
    ? [
        `watermark for ${name(watermark.column)} as ${name(watermark.column)} - ${intervalText(watermark.lag)}`,
      ]
    : []
  const places = partitionedBy ? ` partitioned by (${partitionedBy.map(name).join(', ')})` : ''
  const settings = Object.entries(options).map(([key, value]) => `${literal(key)} = ${literal(value)}`)
  const lines = (items: readonly string[]) => items.map((item) => `  ${item}`).join(',\n')
  return `create table ${name(table.name)} (\n${lines([...columns, ...mark])}\n) comment ${literal(table.grain)}${places} with (\n${lines(settings)}\n)`
}
