import { statSync } from 'node:fs'
import { identifier, quoted, quotedPath } from '../duckdb/text.ts'
import type { StoredPartition, StoredTable } from '../glue/shapes.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { parseS3Uri } from '../s3/s3-uri.ts'
import { walk } from '../s3/walk.ts'
import { duckdbType } from './types.ts'

/** Files with the partition values that they belong to. */
interface FileGroup {
  readonly values: readonly string[]
  readonly paths: readonly string[]
}

export interface Relation {
  /** What the table's view selects. */
  readonly sql: string
  /** Bytes of its files by the first partition value (`version`). */
  readonly bytes: ReadonlyMap<string, number>
  /**
   * Look again at the next query: no file was there, although a place for some is registered, or files come without the
   * catalog being told.
   */
  readonly isVolatile: boolean
}

const columnsOf = (table: StoredTable) => table.StorageDescriptor?.Columns ?? []
const keysOf = (table: StoredTable) => table.PartitionKeys ?? []

const filesAt = (objects: ObjectStore, location: string): string[] => {
  const { bucket, key } = parseS3Uri(location)
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`
  const entries = walk(objects.folderOf(bucket, prefix), { prefix: '', after: '', collapse: () => false })
  // Hive takes what begins with "_" or "." for no data.
  return [...entries].filter(({ key: name }) => !/(^|\/)[_.]/.test(name)).map(({ path }) => path)
}

const typedEmpty = (table: StoredTable): string => {
  const columns = [...columnsOf(table), ...keysOf(table)].map(
    ({ Name, Type }) => `CAST(NULL AS ${duckdbType(Type)}) AS ${identifier(Name)}`,
  )
  return `SELECT ${columns.join(', ')} WHERE false`
}

const isCsv = (table: StoredTable): boolean => table.Parameters?.classification === 'csv'
const isJson = (table: StoredTable): boolean => table.Parameters?.classification === 'json'

const isCrawled = (table: StoredTable): boolean => table.Parameters?.UPDATED_BY_CRAWLER !== undefined

const source = (table: StoredTable, paths: readonly string[], options: string): string => {
  const files = `[${paths.map((path) => quotedPath(path)).join(', ')}]`
  if (isJson(table)) {
    const columns = columnsOf(table).map(({ Name, Type }) => `${quoted(Name)}: ${quoted(duckdbType(Type))}`)
    // Of what was crawled, nobody knows what else comes: it must be null, not end the query.
    const lenient = isCrawled(table) ? ', ignore_errors = true' : ''
    return `read_json(${files}, format = 'newline_delimited', columns = {${columns.join(', ')}}${lenient}${options})`
  }
  if (!isCsv(table)) return `read_parquet(${files}${options})`
  // As text: a field that is not of the crawled type must be null, not end the query.
  const columns = columnsOf(table).map(({ Name }) => `${quoted(Name)}: 'VARCHAR'`)
  return `read_csv(${files}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', strict_mode = false, null_padding = true, ignore_errors = true, max_line_size = 10000000, columns = {${columns.join(', ')}}${options})`
}

const select = (
  table: StoredTable,
  from: string,
  key: (name: string, type: string, index: number) => string,
) => {
  const columns = columnsOf(table).map(({ Name, Type }) =>
    isCsv(table)
      ? `TRY_CAST(${identifier(Name)} AS ${duckdbType(Type)}) AS ${identifier(Name)}`
      : identifier(Name),
  )
  const keys = keysOf(table).map(({ Name, Type }, index) => key(Name, duckdbType(Type), index))
  return `SELECT ${[...columns, ...keys].join(', ')} FROM ${from}`
}

/** Whether the folders say what the catalog says: then DuckDB can read the values from the paths, and prune by them. */
const isHive = (table: StoredTable, { values, paths }: FileGroup): boolean =>
  keysOf(table).every(({ Name }, index) => paths.every((path) => path.includes(`/${Name}=${values[index]}/`)))

/**
 * What a table of the catalog is in DuckDB: exactly the files below its registered partitions (or its location), with the
 * partition keys as typed columns. A list of files and not a glob, because a folder can hold what is not registered.
 */
export const relationOf = (
  objects: ObjectStore,
  table: StoredTable,
  partitions: readonly StoredPartition[],
): Relation => {
  const isPartitioned = keysOf(table).length > 0
  const location = table.StorageDescriptor?.Location
  const groups: FileGroup[] = (
    isPartitioned
      ? partitions.map(({ Values, StorageDescriptor }) => ({
          values: Values,
          at: StorageDescriptor?.Location,
        }))
      : [{ values: [] as string[], at: location }]
  )
    .map(({ values, at }) => ({ values, paths: at === undefined ? [] : filesAt(objects, at) }))
    .filter(({ paths }) => paths.length > 0)
  const bytes = new Map<string, number>()
  for (const { values, paths } of groups) {
    const size = paths.reduce((sum, path) => sum + statSync(path).size, 0)
    bytes.set(values[0] ?? '', (bytes.get(values[0] ?? '') ?? 0) + size)
  }
  const isVolatile = isPartitioned
    ? groups.length === 0 && partitions.length > 0
    : groups.length === 0 || isJson(table)
  if (groups.length === 0) return { sql: typedEmpty(table), bytes, isVolatile }

  const hive = groups.filter((group) => isHive(table, group))
  const others = groups.filter((group) => !hive.includes(group))
  const hiveTypes = keysOf(table).map(({ Name, Type }) => `${quoted(Name)}: ${duckdbType(Type)}`)
  const hiveOptions = isPartitioned
    ? `, hive_partitioning = true, hive_types = {${hiveTypes.join(', ')}}`
    : ''
  const branches = others.map(({ values, paths }) =>
    select(
      table,
      source(table, paths, ', hive_partitioning = false'),
      (name, type, index) => `CAST(${quoted(values[index] ?? '')} AS ${type}) AS ${identifier(name)}`,
    ),
  )
  if (hive.length > 0) {
    const paths = hive.flatMap((group) => group.paths)
    branches.unshift(select(table, source(table, paths, hiveOptions), (name) => identifier(name)))
  }
  return { sql: branches.join(' UNION ALL '), bytes, isVolatile }
}
