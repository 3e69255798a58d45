import {
  DuckDBListType,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'

/** Athena shows at least milliseconds, and no more digits than there are. */
const timestampText = (value: DuckDBTimestampValue): string => {
  const [whole = '', fraction = ''] = String(value).split('.')
  return `${whole}.${fraction.padEnd(3, '0')}`
}

/** A value as GetQueryResults and the result file give it; undefined for null. */
export const valueText = (value: DuckDBValue, type: DuckDBType): string | undefined => {
  if (value === null) return undefined
  if (value instanceof DuckDBTimestampValue) return timestampText(value)
  if (value instanceof DuckDBTimestampTZValue)
    return `${timestampText(new DuckDBTimestampValue(value.micros))} UTC`
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType)
    return `[${value.items.map((item) => valueText(item, type.valueType) ?? 'null').join(', ')}]`
  if (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    (type.toString() === 'DOUBLE' || type.toString() === 'FLOAT')
  )
    return value.toFixed(1)
  return String(value)
}
