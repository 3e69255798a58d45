import { type ColumnInfo, columnInfo } from '../athena/statement-result.ts'
import type { TrinoColumn } from './statement-client.ts'

/** Precision of the types whose own text has none, as Athena gives it. */
const PRECISION: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  real: 17,
  double: 17,
  timestamp: 3,
  'timestamp with time zone': 3,
  varchar: 2 ** 31 - 1,
  varbinary: 2 ** 30,
}

const numberOf = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : Number(text)

/** A column in Athena's words: `decimal(18,2)` is the type `decimal` of precision 18 and scale 2. */
export const resultColumn = ({ name, type }: TrinoColumn): ColumnInfo => {
  const [, word = type, first, second, zone = ''] =
    /^([a-z]+)(?:\((\d+)(?:,\s*(\d+))?\))?( with time zone)?$/.exec(type) ?? []
  const nested = /^(array|map|row)\(/.exec(type)?.[1]
  if (nested) return columnInfo(name, nested, 0, 0)
  const athena = `${word}${zone}`
  const isDecimal = athena === 'decimal'
  const isText = athena === 'varchar' || athena === 'char'
  const precision = isDecimal || isText ? numberOf(first, PRECISION[athena] ?? 0) : (PRECISION[athena] ?? 0)
  return columnInfo(
    name,
    athena === 'real' ? 'float' : athena,
    precision,
    isDecimal ? numberOf(second, 0) : 0,
  )
}
