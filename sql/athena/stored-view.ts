/** The name of the Data Catalog in Athena. */
export const CATALOG = 'awsdatacatalog'

const TYPES: Readonly<Record<string, string>> = {
  binary: 'varbinary',
  float: 'real',
  int: 'integer',
  string: 'varchar',
  timestamp: 'timestamp(3)',
}

/** Trino's name of a Glue type. */
const trinoType = (glue: string): string => {
  const [, item] = /^array<(.+)>$/.exec(glue) ?? []
  return item ? `array(${trinoType(item)})` : (TYPES[glue] ?? glue)
}

export interface StoredColumn {
  readonly name: string
  /** As Glue spells it. */
  readonly type: string
}

/** What Athena keeps of a view in the Data Catalog beside its text. */
export const STORED_VIEW = {
  tableType: 'VIRTUAL_VIEW',
  expandedText: '/* Presto View */',
  parameters: { presto_view: 'true', comment: 'Presto View' },
} as const

/** How Athena keeps the text of a view: Trino's description of it, as JSON in base64. */
export function storedViewText(database: string, sql: string, columns: readonly StoredColumn[]): string {
  const stored = {
    originalSql: sql,
    catalog: CATALOG,
    schema: database,
    columns: columns.map(({ name, type }) => ({ name, type: trinoType(type) })),
    runAsInvoker: true,
  }
  return `/* Presto View: ${Buffer.from(JSON.stringify(stored)).toString('base64')} */`
}

const STORED = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/

/** Trino's description of a stored view, as JSON text; undefined where the text is none. */
export function storedDescription(viewOriginalText: string): string | undefined {
  const [, encoded] = STORED.exec(viewOriginalText) ?? []
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8')
}
