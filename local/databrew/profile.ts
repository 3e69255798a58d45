import { statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type DuckDBConnection, DuckDBMapValue } from '@duckdb/node-api'
import { CSV_COLUMNS } from '../../catalog/events.ts'
import { prepareFiles } from '../curate/prepare-files.ts'
import { identifier } from '../duckdb/text.ts'
import { type DuckDBLimits, withDuckDB } from '../duckdb/with-duckdb.ts'
import { type CsvSample, readCsvSample } from '../glue/csv-sample.ts'
import { inferColumns } from '../glue/infer-columns.ts'
import { rawRows } from './raw-rows.ts'

export interface ColumnProfile {
  readonly name: string
  readonly type: string
  readonly distinctValuesCount: number
  readonly uniqueValuesCount?: number
  readonly missingValuesCount: number
  readonly mostCommonValues?: readonly { readonly value: string; readonly count: number }[]
  readonly min: string | null
  readonly max: string | null
}

export interface Profile {
  readonly sampleSize: number
  readonly duplicateRowsCount?: number
  readonly columns: readonly ColumnProfile[]
}

/** Up to this size everything is exact and counted in memory; beyond it, only columns of few values are. */
const SMALL_BYTES = 256 * 1024 * 1024
const GZIP_FACTOR = 6
const SAMPLE_ROWS = 100_000
const MOST_COMMON = 50
/** A column with more different values in the sample is estimated. */
const FEW = 10_000
/** What the gate judges; exact also where it has more values than expected, as long as they repeat at all. */
const ALWAYS_EXACT = ['category_id', 'event_type']

type Types = ReadonlyMap<string, string>

const smallest = (column: string, type: string | undefined): string => {
  const name = identifier(column)
  return type === 'bigint' || type === 'double' ? `TRY_CAST(${name} AS ${type})` : name
}

const one = async (connection: DuckDBConnection, sql: string) => {
  const [row] = (await connection.runAndReadAll(sql)).getRowObjects()
  return row ?? {}
}

const numberOf = (value: unknown): number => Number(value ?? 0)
const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value)

const ranked = (counts: Iterable<readonly [string, number]>) => {
  const all = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  return {
    distinctValuesCount: all.length,
    uniqueValuesCount: all.filter(([, count]) => count === 1).length,
    mostCommonValues: all.slice(0, MOST_COMMON).map(([value, count]) => ({ value, count })),
  }
}

const exactColumn = async (connection: DuckDBConnection, column: string) => {
  const name = identifier(column)
  const counted = `SELECT ${name} AS value, count(*) AS n FROM rows WHERE ${name} IS NOT NULL GROUP BY 1`
  const totals = await one(connection, `SELECT count(*) AS d, count(*) FILTER (n = 1) AS u FROM (${counted})`)
  const top = await connection.runAndReadAll(`${counted} ORDER BY n DESC, value LIMIT ${MOST_COMMON}`)
  return {
    distinctValuesCount: numberOf(totals.d),
    uniqueValuesCount: numberOf(totals.u),
    mostCommonValues: top.getRows().map(([value, n]) => ({ value: String(value), count: Number(n) })),
  }
}

const extremes = (column: string, index: number, types: Types): string => {
  const value = smallest(column, types.get(column))
  return `count(${identifier(column)}) AS n${index}, min(${value}) AS min${index}, max(${value}) AS max${index}`
}

const small = async (connection: DuckDBConnection, rows: string, types: Types): Promise<Profile> => {
  await connection.run(`CREATE TEMP TABLE rows AS ${rows}`)
  const basics = CSV_COLUMNS.map((column, index) => extremes(column, index, types))
  const totals = await one(connection, `SELECT count(*) AS total, ${basics.join(', ')} FROM rows`)
  const distinct = await one(connection, 'SELECT count(*) AS n FROM (SELECT DISTINCT * FROM rows)')
  const sampleSize = numberOf(totals.total)
  const columns: ColumnProfile[] = []
  for (const [index, name] of CSV_COLUMNS.entries())
    columns.push({
      name,
      type: types.get(name) ?? 'string',
      ...(await exactColumn(connection, name)),
      missingValuesCount: sampleSize - numberOf(totals[`n${index}`]),
      min: textOf(totals[`min${index}`]),
      max: textOf(totals[`max${index}`]),
    })
  return { sampleSize, duplicateRowsCount: sampleSize - numberOf(distinct.n), columns }
}

/** Which columns have so few values, by a first part of the rows, that all of them can be counted. */
const countableColumns = async (connection: DuckDBConnection, rows: string): Promise<Set<string>> => {
  const estimates = CSV_COLUMNS.map(
    (column, index) => `approx_count_distinct(${identifier(column)}) AS d${index}`,
  )
  const found = await one(
    connection,
    `SELECT ${estimates.join(', ')} FROM (SELECT * FROM (${rows}) LIMIT ${SAMPLE_ROWS})`,
  )
  return new Set(
    CSV_COLUMNS.filter((column, index) => {
      const distinct = numberOf(found[`d${index}`])
      return distinct <= FEW || (ALWAYS_EXACT.includes(column) && distinct <= SAMPLE_ROWS / 2)
    }),
  )
}

/** One pass over the files, in memory that does not grow with them. */
const large = async (connection: DuckDBConnection, rows: string, types: Types): Promise<Profile> => {
  const countable = await countableColumns(connection, rows)
  const aggregates = CSV_COLUMNS.map((column, index) => {
    const distinct = countable.has(column) ? 'histogram' : 'approx_count_distinct'
    return `${extremes(column, index, types)}, ${distinct}(${identifier(column)}) AS d${index}`
  })
  const totals = await one(connection, `SELECT count(*) AS total, ${aggregates.join(', ')} FROM (${rows})`)
  const sampleSize = numberOf(totals.total)
  const columns = CSV_COLUMNS.map((name, index): ColumnProfile => {
    const counted = totals[`d${index}`]
    const counts =
      counted instanceof DuckDBMapValue
        ? ranked(counted.entries.map(({ key, value }) => [String(key), Number(value)] as const))
        : { distinctValuesCount: numberOf(counted) }
    return {
      name,
      type: types.get(name) ?? 'string',
      ...counts,
      missingValuesCount: sampleSize - numberOf(totals[`n${index}`]),
      min: textOf(totals[`min${index}`]),
      max: textOf(totals[`max${index}`]),
    }
  })
  return { sampleSize, columns }
}

const typesOf = async (paths: readonly string[]): Promise<Types> => {
  const samples: CsvSample[] = []
  for (const path of paths) {
    const sample = await readCsvSample(path)
    if (sample) samples.push(sample)
  }
  return new Map(inferColumns(samples).map(({ Name, Type }) => [Name, Type]))
}

export interface ProfileRequest {
  readonly bucket: string
  readonly keys: readonly string[]
  readonly resolve: (bucket: string, key: string) => string
  /** For the copies of files that need repair; removed at the end. */
  readonly folder: string
  readonly limits: DuckDBLimits
  /** Up to this size everything is counted in memory. */
  readonly smallBytes?: number
}

/** Profiles raw files with all their rows, the same that curation reads, in DataBrew's shape. */
export const profileFiles = async ({
  bucket,
  keys,
  resolve,
  folder,
  limits,
  smallBytes = SMALL_BYTES,
}: ProfileRequest): Promise<Profile> => {
  const paths = keys.map((key) => resolve(bucket, key))
  const bytes = paths.reduce(
    (sum, path) => sum + statSync(path).size * (path.endsWith('.gz') ? GZIP_FACTOR : 1),
    0,
  )
  const types = await typesOf(paths)
  const compute = bytes <= smallBytes ? small : large
  try {
    const manifest = { bucket, files: keys.map((key) => ({ key })) }
    const files = await prepareFiles({ manifest, resolve, folder, signal: limits.signal })
    return await withDuckDB(limits, (connection) => compute(connection, rawRows(files), types))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
