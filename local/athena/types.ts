import { DuckDBDecimalType, DuckDBListType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api'

const GLUE_TO_DUCKDB: Readonly<Record<string, string>> = {
  bigint: 'BIGINT',
  binary: 'BLOB',
  boolean: 'BOOLEAN',
  date: 'DATE',
  double: 'DOUBLE',
  float: 'FLOAT',
  int: 'INTEGER',
  integer: 'INTEGER',
  smallint: 'SMALLINT',
  string: 'VARCHAR',
  timestamp: 'TIMESTAMP',
  tinyint: 'TINYINT',
}

/** The DuckDB type of a Glue (Hive) type. */
export const duckdbType = (glue: string): string => {
  const type = glue.trim().toLowerCase()
  const [, item] = /^array<(.+)>$/.exec(type) ?? []
  if (item) return `${duckdbType(item)}[]`
  const [, digits] = /^decimal(\(\s*\d+\s*,\s*\d+\s*\))$/.exec(type) ?? []
  if (digits) return `DECIMAL${digits}`
  const found = /^(var)?char\(\d+\)$/.test(type) ? 'VARCHAR' : GLUE_TO_DUCKDB[type]
  if (!found) throw new Error(`the Glue type ${glue} is not known on this machine`)
  return found
}

/** How Athena's result metadata and Glue's catalog name a type. */
interface TypeNames {
  readonly athena: string
  readonly glue: string
  readonly precision: number
  readonly scale: number
}

const simple = (athena: string, glue: string, precision: number): TypeNames => ({
  athena,
  glue,
  precision,
  scale: 0,
})

const TEXT = simple('varchar', 'string', 2 ** 31 - 1)

const NAMES: Readonly<Partial<Record<DuckDBTypeId, TypeNames>>> = {
  [DuckDBTypeId.BOOLEAN]: simple('boolean', 'boolean', 0),
  [DuckDBTypeId.TINYINT]: simple('tinyint', 'tinyint', 3),
  [DuckDBTypeId.SMALLINT]: simple('smallint', 'smallint', 5),
  [DuckDBTypeId.INTEGER]: simple('integer', 'int', 10),
  [DuckDBTypeId.BIGINT]: simple('bigint', 'bigint', 19),
  [DuckDBTypeId.FLOAT]: simple('float', 'float', 17),
  [DuckDBTypeId.DOUBLE]: simple('double', 'double', 17),
  [DuckDBTypeId.DATE]: simple('date', 'date', 0),
  [DuckDBTypeId.TIMESTAMP]: simple('timestamp', 'timestamp', 3),
  [DuckDBTypeId.VARCHAR]: TEXT,
  [DuckDBTypeId.BLOB]: simple('varbinary', 'binary', 1_073_741_824),
}

/** Undefined for what Athena has no such type for (HUGEINT, …). */
const exactNames = (type: DuckDBType): TypeNames | undefined => {
  if (type instanceof DuckDBDecimalType) {
    const glue = `decimal(${type.width},${type.scale})`
    return { athena: 'decimal', glue, precision: type.width, scale: type.scale }
  }
  if (type instanceof DuckDBListType) {
    const item = exactNames(type.valueType)
    return item && simple('array', `array<${item.glue}>`, 0)
  }
  return NAMES[type.typeId]
}

/** Types that a result can have and a table can't. */
const RESULT_ONLY: Readonly<Partial<Record<DuckDBTypeId, TypeNames>>> = {
  [DuckDBTypeId.HUGEINT]: simple('decimal', '', 38),
  [DuckDBTypeId.TIMESTAMP_TZ]: simple('timestamp with time zone', '', 3),
}

/** The type's names in a result; a type of DuckDB's own shows as text, a 128-bit integer as the decimal that it is. */
export const resultType = (type: DuckDBType): TypeNames =>
  exactNames(type) ?? RESULT_ONLY[type.typeId] ?? TEXT

/** The Glue type of a column that is stored; what Athena could not store is refused. */
export const storedType = (column: string, type: DuckDBType): string => {
  const names = exactNames(type)
  if (!names)
    throw new Error(
      `NOT_SUPPORTED: column ${column} has the type ${type}, which Athena can't store: cast it (for example to bigint)`,
    )
  return names.glue
}
