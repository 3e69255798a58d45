import { existsSync, readdirSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { rowsOf } from '../../local/duckdb/rows-of.ts'
import { quotedPath } from '../../local/duckdb/text.ts'
import { withDuckDB } from '../../local/duckdb/with-duckdb.ts'

/** What one engine wrote of a slice. */
export interface Written {
  readonly curated: string
  readonly quarantine: string
}

/** Rows of each engine's table, and those that only one of them has, counted with their copies. */
export interface Difference {
  readonly rows: readonly [embedded: number, other: number]
  readonly onlyEmbedded: number
  readonly onlyOther: number
}

export interface Comparison {
  readonly events: Difference
  readonly quarantined: Difference
  /** Folders of partitions. */
  readonly partitions: readonly [embedded: string[], other: string[]]
  readonly files: readonly [embedded: number, other: number]
  /** What is neither a partition's folder nor a Parquet file at its place. */
  readonly strays: readonly [embedded: string[], other: string[]]
  /** Columns as the Parquet files have them: names, order, physical and logical types; each form that a file has. */
  readonly schemas: {
    readonly events: readonly [string[], string[]]
    readonly quarantined: readonly [string[], string[]]
  }
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'))
    : []
const foldersIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : [])

const PARTITIONED = /^category_id=[^/]*(\/[^/]+\.parquet)?$/
const FLAT = /^[^/]+\.parquet$/
const straysIn = ({ curated, quarantine }: Written): string[] =>
  [[curated, PARTITIONED] as const, [quarantine, FLAT] as const].flatMap(([folder, wanted]) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !wanted.test(name))
      : [],
  )

const reader = (folder: string, pattern: string) =>
  `SELECT * FROM read_parquet(${quotedPath(folder, pattern)}, hive_partitioning = true, hive_types_autocast = false)`

async function difference(
  connection: DuckDBConnection,
  pattern: string,
  folders: readonly [string, string],
): Promise<Difference> {
  const empty = folders.map((folder) => filesIn(folder).length === 0)
  if (empty[0] && empty[1]) return { rows: [0, 0], onlyEmbedded: 0, onlyOther: 0 }
  // One that wrote nothing has the other's columns and no rows.
  const selects = folders.map((folder, i) =>
    empty[i] ? `${reader(folders[1 - i] ?? '', pattern)} WHERE false` : reader(folder, pattern),
  )
  await connection.run(`CREATE OR REPLACE TEMP VIEW embedded AS ${selects[0]}`)
  await connection.run(`CREATE OR REPLACE TEMP VIEW other AS ${selects[1]}`)
  const count = async (query: string) => {
    const [row] = await rowsOf(connection, `SELECT count(*) AS n FROM (${query})`)
    return Number(row?.n)
  }
  return {
    rows: [await count('FROM embedded'), await count('FROM other')],
    onlyEmbedded: await count('FROM embedded EXCEPT ALL FROM other'),
    onlyOther: await count('FROM other EXCEPT ALL FROM embedded'),
  }
}

/**
 * Writers may give the newer annotation of a column, the older one, or both; Parquet's format defines which mean the same.
 * A signed integer as wide as its physical type needs none.
 */
const ANNOTATION = `coalesce(logical_type, CASE converted_type
  WHEN 'UTF8' THEN 'StringType()' WHEN 'LIST' THEN 'ListType()' WHEN 'INT_64' THEN NULL ELSE converted_type END)`

/** Each column of the files in a line; more than one text where files differ among themselves. */
async function schemas(connection: DuckDBConnection, folder: string, pattern: string): Promise<string[]> {
  if (filesIn(folder).length === 0) return []
  const rows = await rowsOf(
    connection,
    `SELECT DISTINCT string_agg(concat_ws(' ', name, type, repetition_type, ${ANNOTATION}), chr(10) ORDER BY n) AS columns
       FROM (SELECT *, row_number() OVER () AS n FROM parquet_schema(${quotedPath(folder, pattern)}))
      WHERE name NOT IN ('duckdb_schema', 'spark_schema')
      GROUP BY file_name`,
  )
  return rows.map(({ columns }) => String(columns)).sort()
}

/** Compares what the embedded engine and another one made of the same slice. */
export const compareCuration = (embedded: Written, other: Written, scratch: string): Promise<Comparison> =>
  withDuckDB({ memoryLimit: '2GB', threads: 2, tempDirectory: scratch }, async (connection) => {
    const curated = [embedded.curated, other.curated] as const
    const quarantine = [embedded.quarantine, other.quarantine] as const
    return {
      events: await difference(connection, '/*/*.parquet', curated),
      quarantined: await difference(connection, '/*.parquet', quarantine),
      partitions: [foldersIn(curated[0]), foldersIn(curated[1])],
      files: [filesIn(curated[0]).length, filesIn(curated[1]).length],
      strays: [straysIn(embedded), straysIn(other)],
      schemas: {
        events: [
          await schemas(connection, curated[0], '/*/*.parquet'),
          await schemas(connection, curated[1], '/*/*.parquet'),
        ],
        quarantined: [
          await schemas(connection, quarantine[0], '/*.parquet'),
          await schemas(connection, quarantine[1], '/*.parquet'),
        ],
      },
    }
  })
