import type { ResultIndex } from './result-file.ts'

/** A column of a result, as GetQueryResults describes it. */
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
  /** Of the file that the rows went to. */
  readonly index: ResultIndex
  /** Bytes that were scanned for it. */
  readonly bytes: number
}

export const EMPTY_RESULT: StatementResult = {
  columns: [],
  index: { rows: 0, bytes: 0, offsets: [] },
  bytes: 0,
}

export const columnInfo = (name: string, type: string, precision: number, scale: number): ColumnInfo => ({
  Name: name,
  Label: name,
  Type: type,
  Precision: precision,
  Scale: scale,
  Nullable: 'UNKNOWN',
  CaseSensitive: type === 'varchar',
  CatalogName: 'hive',
  SchemaName: '',
  TableName: '',
})
