import type { ColumnDataType } from 'kysely'
import type { Column, ColumnKind } from '../catalog/column.ts'

const TYPES: Record<Exclude<ColumnKind, 'decimal' | 'strings' | 'counts'>, ColumnDataType> = {
  bigint: 'bigint',
  integer: 'integer',
  double: 'double precision',
  boolean: 'boolean',
  string: 'varchar',
  date: 'date',
  timestamp: 'timestamp',
}

/** The portable SQL type of a scalar column; each dialect's compiler spells it its own way. */
export function sqlType(column: Column): ColumnDataType {
  if (column.kind === 'strings') throw new TypeError('an array has no portable SQL type to cast to')
  if (column.kind === 'counts') throw new TypeError('a map has no portable SQL type to cast to')
  return column.kind === 'decimal'
    ? `decimal(${column.precision ?? 38}, ${column.scale ?? 0})`
    : TYPES[column.kind]
}
