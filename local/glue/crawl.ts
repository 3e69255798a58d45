import { CRAWLED_TABLE, s3Uri } from '../../catalog/layout.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import type { Catalog } from './catalog.ts'
import { type CsvSample, readCsvSample } from './csv-sample.ts'
import { inferColumns } from './infer-columns.ts'
import { partitionId, valuesOfId } from './partition-id.ts'
import type { GlueColumn, PartitionInput, TableInput } from './shapes.ts'
import { CSV } from './table-input.ts'

export interface CrawlTarget {
  readonly crawler: string
  readonly database: string
  readonly bucket: string
  /** `key=value` folders below it are partitions. */
  readonly prefix: string
}

export interface CrawlResult {
  readonly tablesCreated: number
  readonly tablesUpdated: number
  readonly partitionsAdded: number
  readonly partitionsRemoved: number
}

interface FoundPartition {
  readonly keys: readonly string[]
  readonly input: PartitionInput
}

const NOTHING: CrawlResult = { tablesCreated: 0, tablesUpdated: 0, partitionsAdded: 0, partitionsRemoved: 0 }

const hiveFolders = (key: string): { keys: string[]; values: string[] } => {
  const parts = [...key.matchAll(/([^/=]+)=([^/]*)\//g)]
  return {
    keys: parts.map(([, name]) => name ?? ''),
    values: parts.map(([, , value]) => decodeURIComponent(value ?? '')),
  }
}

const sampleOf = async (
  objects: ObjectStore,
  bucket: string,
  key: string,
): Promise<CsvSample | undefined> => {
  const sample = await readCsvSample(objects.pathOf(bucket, key)).catch((error) => {
    throw new Error(`${s3Uri(bucket, key)} can't be read: ${error.message}. Replace or remove the file.`)
  })
  if (sample?.header.some((name) => name.includes('\0') || name.includes('\ufffd')))
    throw new Error(
      `${s3Uri(bucket, key)} is no CSV file: its first line is not text. Replace or remove the file.`,
    )
  return sample
}

const tableFor = (
  { crawler, bucket, prefix }: CrawlTarget,
  columns: GlueColumn[],
  keys: readonly string[],
): TableInput => ({
  Name: CRAWLED_TABLE,
  TableType: 'EXTERNAL_TABLE',
  Parameters: {
    classification: 'csv',
    delimiter: ',',
    'skip.header.line.count': '1',
    UPDATED_BY_CRAWLER: crawler,
  },
  PartitionKeys: keys.map((Name) => ({ Name, Type: 'string' })),
  StorageDescriptor: { Columns: columns, Location: s3Uri(bucket, prefix), ...CSV },
})

const partitionOf = ({ bucket, prefix }: CrawlTarget, folder: string): FoundPartition => {
  const { keys, values } = hiveFolders(folder)
  const StorageDescriptor = { Columns: [], Location: s3Uri(bucket, `${prefix}${folder}`), ...CSV }
  return { keys, input: { Values: values, StorageDescriptor, Parameters: { classification: 'csv' } } }
}

const schemaOf = (table: TableInput): string =>
  JSON.stringify([table.StorageDescriptor?.Columns, table.PartitionKeys])

/** Reads what lies below the prefix and brings the catalog's table and its partitions in line with it. */
export const crawl = async (
  objects: ObjectStore,
  catalog: Catalog,
  target: CrawlTarget,
): Promise<CrawlResult> => {
  const { bucket, prefix, database } = target
  const folders = new Set<string>()
  const samples: CsvSample[] = []
  for (const { key } of (await objects.list(bucket, prefix)).objects) {
    const sample = await sampleOf(objects, bucket, key)
    if (!sample) continue
    samples.push(sample)
    folders.add(key.slice(prefix.length, key.lastIndexOf('/') + 1))
  }
  if (samples.length === 0) return NOTHING
  const found = [...folders].map((folder) => partitionOf(target, folder))
  const keys = found[0]?.keys ?? []
  const odd = found.find((partition) => partition.keys.join() !== keys.join())
  if (odd)
    throw new Error(
      `${odd.input.StorageDescriptor?.Location} has the partition keys (${odd.keys}), other folders below ${s3Uri(bucket, prefix)} have (${keys}). Move the files.`,
    )

  const table = tableFor(target, inferColumns(samples), keys)
  const former = catalog.findTable(database, table.Name)
  if (!former) catalog.createTable(database, table)
  else if (schemaOf(former) !== schemaOf(table)) catalog.updateTable(database, table)
  const known = new Set(catalog.partitions(database, table.Name).map(({ Values }) => partitionId(Values)))
  const present = new Set(found.map(({ input }) => partitionId(input.Values)))
  const added = keys.length === 0 ? [] : found.filter(({ input }) => !known.has(partitionId(input.Values)))
  const removed = [...known].filter((id) => !present.has(id))
  catalog.putPartitions(
    database,
    table.Name,
    added.map(({ input }) => input),
  )
  if (removed.length > 0) catalog.removePartitions(database, table.Name, removed.map(valuesOfId))
  return {
    tablesCreated: former ? 0 : 1,
    tablesUpdated: former && schemaOf(former) !== schemaOf(table) ? 1 : 0,
    partitionsAdded: added.length,
    partitionsRemoved: removed.length,
  }
}
