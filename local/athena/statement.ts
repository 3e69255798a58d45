/** A name in a statement: `db.table`, each part plain, in double quotes or (in Hive's DDL) in backticks. */
const PART = '(?:"[^"]+"|`[^`]+`|[A-Za-z_]\\w*)'
const NAME = `(${PART}(?:\\s*\\.\\s*${PART}){0,2})`

export interface TableName {
  readonly database: string | undefined
  readonly table: string
}

export type Statement =
  | { readonly kind: 'query'; readonly sql: string }
  | { readonly kind: 'ctas'; readonly name: TableName; readonly properties: string; readonly select: string }
  | {
      readonly kind: 'create view'
      readonly name: TableName
      readonly canReplace: boolean
      readonly select: string
    }
  | { readonly kind: 'drop'; readonly name: TableName; readonly isView: boolean; readonly ifExists: boolean }

const parseName = (text: string): TableName => {
  const parts = (text.match(new RegExp(PART, 'g')) ?? []).map((part) =>
    part.replaceAll(/^["`]|["`]$/g, '').toLowerCase(),
  )
  return { table: parts.at(-1) ?? '', database: parts.at(-2) }
}

const CTAS = new RegExp(
  `^CREATE\\s+TABLE\\s+${NAME}\\s+(?:WITH\\s*\\(((?:[^()']|'(?:[^']|'')*'|\\([^()]*\\))*)\\)\\s*)?AS\\s+(.+)$`,
  'is',
)
const VIEW = new RegExp(`^CREATE\\s+(OR\\s+REPLACE\\s+)?VIEW\\s+${NAME}\\s+AS\\s+(.+)$`, 'is')
const DROP = new RegExp(`^DROP\\s+(TABLE|VIEW)\\s+(IF\\s+EXISTS\\s+)?${NAME}$`, 'is')
const QUERY = /^(SELECT|WITH|VALUES|SHOW|DESCRIBE|DESC|EXPLAIN|FROM|TABLE|SUMMARIZE|\()/i

/** Comments in front of a statement, and what may stand behind it. */
export const trimStatement = (sql: string): string =>
  sql.replace(/^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, '').replace(/[\s;]+$/, '')

/** A CREATE TABLE AS, with the place of its files where it names one; undefined for any other statement. */
export const ctasOf = (sql: string): { readonly location: string | undefined } | undefined => {
  const found = CTAS.exec(trimStatement(sql))
  if (!found) return undefined
  const [, location] = /\bexternal_location\s*=\s*'((?:[^']|'')*)'/i.exec(found[2] ?? '') ?? []
  return { location: location?.replaceAll("''", "'") }
}

/** What Athena has another word for than DuckDB. */
export const asDuckDb = (sql: string): string =>
  sql
    .replace(
      /^SHOW\s+(DATABASES|SCHEMAS)$/i,
      "SELECT schema_name AS database_name FROM information_schema.schemata WHERE catalog_name = 'awsdatacatalog' AND schema_name NOT IN ('main', 'information_schema', 'pg_catalog') ORDER BY 1",
    )
    .replace(/^SHOW\s+(?:TABLES|VIEWS)\s+IN\s+/i, 'SHOW TABLES FROM ')
    .replaceAll(/^(SHOW|DESCRIBE)\b.*`.*$/gis, (text) => text.replaceAll('`', '"'))

/** Sorts a statement into those that are emulated; anything else is refused by name. */
export const parseStatement = (text: string): Statement => {
  const sql = trimStatement(text)
  const [, table = '', properties = '', rows] = CTAS.exec(sql) ?? []
  if (rows !== undefined) return { kind: 'ctas', name: parseName(table), properties, select: rows }
  const [, replace, view = '', select] = VIEW.exec(sql) ?? []
  if (select !== undefined)
    return { kind: 'create view', name: parseName(view), canReplace: replace !== undefined, select }
  const [, kind = '', ifExists, dropped] = DROP.exec(sql) ?? []
  if (dropped !== undefined) {
    const isView = kind.toUpperCase() === 'VIEW'
    return { kind: 'drop', name: parseName(dropped), isView, ifExists: ifExists !== undefined }
  }
  if (QUERY.test(sql)) return { kind: 'query', sql }
  const head = sql.split(/\s+/).slice(0, 3).join(' ')
  throw new Error(
    `NOT_SUPPORTED: "${head} …" is not emulated on this machine: use a query, CREATE TABLE … WITH (…) AS, CREATE OR REPLACE VIEW, DROP TABLE or DROP VIEW`,
  )
}
