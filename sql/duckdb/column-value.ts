import {
  DuckDBBlobValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBValueConverter,
} from '@duckdb/node-api'

/** A value as rows carry it: see `catalog/column.ts`. */
export type ColumnValue =
  | bigint
  | number
  | boolean
  | string
  | Uint8Array
  | null
  | ColumnValue[]
  | { [field: string]: ColumnValue }

/**
 * A converter for `@duckdb/node-api`, which gives decimals, dates and timestamps as objects. As text they keep every
 * digit; 64- and 128-bit integers are bigint already.
 */
export const columnValue: DuckDBValueConverter<ColumnValue> = (value, type, converter) => {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType)
    return value.items.map((item) => converter(item, type.valueType, converter))
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType)
    return structValue(value, type, converter)
  // As text it would be in the machine's own time zone.
  if (value instanceof DuckDBTimestampTZValue) return String(new DuckDBTimestampValue(value.micros))
  if (value instanceof DuckDBBlobValue) return value.bytes
  return String(value)
}

function structValue(
  value: DuckDBStructValue,
  type: DuckDBStructType,
  converter: DuckDBValueConverter<ColumnValue>,
): ColumnValue {
  const field = (name: string, i: number) =>
    converter(value.entries[name] as DuckDBValue, type.entryTypes[i] as DuckDBType, converter)
  return Object.fromEntries(type.entryNames.map((name, i) => [name, field(name, i)]))
}
