import type { ColumnInfo } from '@aws-sdk/client-athena'

type ColumnValue = bigint | number | boolean | string | null

/** A value as rows carry it (see `catalog/column.ts`) from the text that Athena returns for every type. */
export function columnValue(text: string | undefined, column: ColumnInfo): ColumnValue {
  if (text === undefined) return null
  switch (column.Type) {
    case 'bigint':
      return BigInt(text)
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'integer':
    case 'float':
    case 'real':
    case 'double':
      return Number(text)
    case 'boolean':
      return text === 'true'
    case 'timestamp':
      return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
    case 'array':
    case 'map':
    case 'row':
    case 'struct':
      throw new TypeError(
        `Column ${column.Name} is ${column.Type}: Athena returns it as text that can't be split for certain. ` +
          `Select array_join or json_format(cast(… as json)) of it instead.`,
      )
    default:
      return text
  }
}
