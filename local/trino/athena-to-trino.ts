import { parseCtasProperties } from '../athena/ctas-properties.ts'
import { parseStatement, type TableName, trimStatement } from '../athena/statement.ts'
import { CATALOG } from '../athena/statement-parts.ts'
import { identifier, quoted } from '../duckdb/text.ts'

export interface TrinoStatement {
  readonly sql: string
  readonly session: Readonly<Record<string, string>>
}

/** The codecs of `write_compression`, as Trino's session property spells them. */
const CODECS: Readonly<Record<string, string>> = { UNCOMPRESSED: 'NONE' }

const nameText = ({ database, table }: TableName): string =>
  [...(database === undefined ? [] : [database]), table].map(identifier).join('.')

/** Athena takes Hive's words for these. */
const utility = (sql: string): string => {
  const words = sql.replaceAll('`', '"')
  const [, partitioned = ''] = /^SHOW\s+PARTITIONS\s+(.+)$/is.exec(words) ?? []
  if (partitioned) {
    const name = parseStatement(`DROP TABLE ${partitioned}`)
    if (name.kind === 'drop')
      return `SELECT * FROM ${nameText({ ...name.name, table: `${name.name.table}$partitions` })}`
  }
  const [, database] = /^SHOW\s+VIEWS\s+(?:IN|FROM)\s+"?(\w+)"?$/i.exec(words) ?? []
  if (database)
    return `SELECT table_name FROM information_schema.views WHERE table_schema = ${quoted(database.toLowerCase())} ORDER BY 1`
  return words.replace(/^SHOW\s+DATABASES\b/i, 'SHOW SCHEMAS')
}

/**
 * All that Athena takes and Trino doesn't, rewritten; nothing else is, so that every other statement runs letter for
 * letter as Athena would get it:
 *
 * - CREATE TABLE AS: the properties `write_compression` and `parquet_compression` become the session's
 *   `compression_codec`; `table_type` and `is_external` go (every table is external here); a table without
 *   `external_location` gets the one that Athena would choose;
 * - Hive's DDL: names in backticks, SHOW DATABASES, SHOW VIEWS IN, SHOW PARTITIONS.
 *
 * What Athena would refuse is refused (`parseStatement`): CALL, SET SESSION, INSERT into what a version owns.
 */
export const toTrino = (text: string, defaultLocation: string): TrinoStatement => {
  const sql = trimStatement(text)
  const statement = parseStatement(text)
  switch (statement.kind) {
    case 'ctas': {
      const {
        location = defaultLocation,
        compression,
        partitionedBy,
      } = parseCtasProperties(statement.properties)
      const properties = [
        "format = 'PARQUET'",
        `external_location = ${quoted(location)}`,
        ...(partitionedBy.length > 0
          ? [`partitioned_by = ARRAY[${partitionedBy.map(quoted).join(', ')}]`]
          : []),
      ].join(', ')
      return {
        sql: `CREATE TABLE ${nameText(statement.name)} WITH (${properties}) AS ${statement.select}`,
        session: { [`${CATALOG}.compression_codec`]: CODECS[compression] ?? compression },
      }
    }
    case 'drop':
      return { sql: sql.replaceAll('`', '"'), session: {} }
    case 'create view':
      return { sql, session: {} }
    case 'query': {
      if (
        /^EXPLAIN\s+ANALYZE\b/i.test(sql) &&
        !/^EXPLAIN\s+ANALYZE\s+(VERBOSE\s+)?(SELECT|WITH|VALUES|\()/i.test(sql)
      )
        throw new Error('NOT_SUPPORTED: EXPLAIN ANALYZE runs what it explains: only queries can be')
      return { sql: /^(SHOW|DESC|DESCRIBE)\b/i.test(sql) ? utility(sql) : sql, session: {} }
    }
  }
}
