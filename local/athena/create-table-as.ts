import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { identifier, quoted } from '../duckdb/text.ts'
import type { Catalog } from '../glue/catalog.ts'
import type { GlueColumn } from '../glue/shapes.ts'
import { PARQUET } from '../glue/table-input.ts'
import { AwsError } from '../registry.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { parseS3Uri } from '../s3/s3-uri.ts'
import { parseCtasProperties } from './ctas-properties.ts'
import { prepareSelect } from './select-only.ts'
import { storedType } from './types.ts'

/** Athena's limit on the partitions that one statement may write. */
const PARTITION_LIMIT = 100

export interface CtasRequest {
  readonly connection: DuckDBConnection
  readonly database: string
  readonly table: string
  readonly properties: string
  readonly select: string
  /** Where the files go when the statement names no place. */
  readonly defaultLocation: string
}

const partitionsIn = (folder: string, keys: readonly string[]): string[][] =>
  keys.length === 0
    ? [[]]
    : readdirSync(folder).flatMap((name) => {
        const value = decodeURIComponent(name.slice(name.indexOf('=') + 1))
        return partitionsIn(join(folder, name), keys.slice(1)).map((rest) => [value, ...rest])
      })

interface Written {
  readonly database: string
  readonly table: string
  /** The S3 URI of its folder. */
  readonly at: string
  /** All of them, the partition keys last. */
  readonly columns: readonly GlueColumn[]
  readonly keys: GlueColumn[]
  readonly partitions: readonly string[][]
}

/** Makes the table of what was written, with its partitions, or nothing. */
const register = (catalog: Catalog, { database, table, at, columns, keys, partitions }: Written): void => {
  const Columns = columns.slice(0, columns.length - keys.length)
  catalog.createTable(database, {
    Name: table,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', has_encrypted_data: 'false', classification: 'parquet' },
    PartitionKeys: keys,
    StorageDescriptor: { Columns, Location: at, ...PARQUET },
  })
  const inputs = partitions.map((Values) => {
    const path = Values.map((value, index) => `${keys[index]?.Name}=${encodeURIComponent(value)}/`).join('')
    return { Values, StorageDescriptor: { Columns: [], Location: `${at}${path}`, ...PARQUET } }
  })
  try {
    catalog.putPartitions(database, table, inputs)
  } catch (error) {
    catalog.deleteTable(database, table)
    throw error
  }
}

/** Runs a CREATE TABLE AS: the files appear all at once, then the table; a statement that fails leaves neither. */
export const createTableAs = async (
  catalog: Catalog,
  objects: ObjectStore,
  request: CtasRequest,
): Promise<void> => {
  const { connection, database, table, select } = request
  const { location, compression, partitionedBy } = parseCtasProperties(request.properties)
  const at = `${(location ?? request.defaultLocation).replace(/\/*$/, '')}/`
  const { bucket, key } = parseS3Uri(at)
  if (catalog.findTable(database, table))
    throw new Error(
      `TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog.${database}.${table}' already exists`,
    )
  catalog.database(database)
  const found = await objects.list(bucket, key, { max: 1 })
  if (found.objects.length > 0)
    throw new Error(
      `HIVE_PATH_ALREADY_EXISTS: Target directory for table '${database}.${table}' already exists: ${at}. You may need to manually clean the data at location '${at}' before retrying.`,
    )

  const prepared = await prepareSelect(connection, select)
  const columns: GlueColumn[] = Array.from({ length: prepared.columnCount }, (_, index) => {
    const Name = prepared.columnName(index).toLowerCase()
    return { Name, Type: storedType(Name, prepared.columnType(index)) }
  })
  prepared.destroySync()
  const keys = columns.slice(columns.length - partitionedBy.length)
  if (keys.some(({ Name }, index) => Name !== partitionedBy[index]?.toLowerCase()))
    throw new Error(
      `SYNTAX_ERROR: the partition columns (${partitionedBy.join(', ')}) must be the last ones of the query, in this order`,
    )

  const staging = join(objects.staging, randomUUID())
  try {
    mkdirSync(staging, { recursive: true })
    const target = partitionedBy.length > 0 ? staging : join(staging, 'data.parquet')
    const partitionBy =
      partitionedBy.length > 0 ? `, PARTITION_BY (${keys.map(({ Name }) => identifier(Name))})` : ''
    await connection.run(
      `COPY (${select}) TO ${quoted(target)} (FORMAT parquet, COMPRESSION ${compression}${partitionBy})`,
    )
    const partitions = partitionedBy.length > 0 ? partitionsIn(staging, partitionedBy) : []
    if (partitions.length > PARTITION_LIMIT)
      throw new Error(
        `HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of ${PARTITION_LIMIT} open writers for partitions/buckets.`,
      )
    const folder = objects.folderOf(bucket, key)
    mkdirSync(dirname(folder), { recursive: true })
    renameSync(staging, folder)
    try {
      register(catalog, { database, table, at, columns, keys, partitions })
    } catch (error) {
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY')
      throw new AwsError('HIVE_PATH_ALREADY_EXISTS', `HIVE_PATH_ALREADY_EXISTS: ${at}`)
    throw error
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}
