import { s3Uri } from '../../catalog/layout.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import type { Catalog } from './catalog.ts'
import { type CsvSample, csvSample } from './csv-sample.ts'
import { firstLines } from './file-beginning.ts'
import { inferColumns } from './infer-columns.ts'
import { isJson, jsonColumns } from './json-columns.ts'
import { partitionId, valuesOfId } from './partition-id.ts'
import type { GlueColumn, PartitionInput, TableInput } from './shapes.ts'
import { CSV, JSON_LINES } from './table-input.ts'

export interface CrawlTarget {
  readonly crawler: string
  readonly database: string
  readonly bucket: string
  /** Prefixes, each of which becomes a table; `key=value` folders below it are partitions. */
  readonly zones: readonly string[]
}

interface Zone extends CrawlTarget {
  readonly prefix: string
}

/** Objects that are looked into in each folder of JSON: a stream writes many small ones. */
const SAMPLES_A_FOLDER = 2

export interface CrawlResult {
  tablesCreated: number
  tablesUpdated: number
  partitionsAdded: number
  partitionsRemoved: number
}

interface FoundPartition {
  readonly keys: readonly string[]
  readonly input: PartitionInput
}

const NOTHING: Readonly<CrawlResult> = {
  tablesCreated: 0,
  tablesUpdated: 0,
  partitionsAdded: 0,
  partitionsRemoved: 0,
}

const hiveFolders = (key: string): { keys: string[]; values: string[] } => {
  const parts = [...key.matchAll(/([^/=]+)=([^/]*)\//g)]
  return {
    keys: parts.map(([, name]) => name ?? ''),
    values: parts.map(([, , value]) => decodeURIComponent(value ?? '')),
  }
}

/** What a file's beginning says: lines of JSON, or CSV. */
type Sample = { readonly json: readonly string[] } | { readonly csv: CsvSample }

const sampleOf = async (objects: ObjectStore, bucket: string, key: string): Promise<Sample | undefined> => {
  const lines = await firstLines(objects.pathOf(bucket, key)).catch((error) => {
    throw new Error(`${s3Uri(bucket, key)} can't be read: ${error.message}. Replace or remove the file.`)
  })
  if (isJson(lines)) return { json: lines }
  const csv = csvSample(lines)
  if (csv?.header.some((name) => name.includes('\0') || name.includes('\ufffd')))
    throw new Error(
      `${s3Uri(bucket, key)} is no CSV file: its first line is not text. Replace or remove the file.`,
    )
  return csv && { csv }
}

const FORMATS = {
  csv: {
    storage: CSV,
    parameters: { classification: 'csv', delimiter: ',', 'skip.header.line.count': '1' },
  },
  json: { storage: JSON_LINES, parameters: { classification: 'json', typeOfData: 'file' } },
} as const
type Format = keyof typeof FORMATS

/** A crawler names tables after their folders. */
const tableFor = (
  { crawler, bucket, prefix }: Zone,
  format: Format,
  columns: GlueColumn[],
  keys: readonly string[],
): TableInput => ({
  Name: prefix.replace(/\/$/, ''),
  TableType: 'EXTERNAL_TABLE',
  Parameters: { ...FORMATS[format].parameters, UPDATED_BY_CRAWLER: crawler },
  PartitionKeys: keys.map((Name) => ({ Name, Type: 'string' })),
  StorageDescriptor: { Columns: columns, Location: s3Uri(bucket, prefix), ...FORMATS[format].storage },
})

const partitionOf = ({ bucket, prefix }: Zone, format: Format, folder: string): FoundPartition => {
  const { keys, values } = hiveFolders(folder)
  const StorageDescriptor = {
    Columns: [],
    Location: s3Uri(bucket, `${prefix}${folder}`),
    ...FORMATS[format].storage,
  }
  return { keys, input: { Values: values, StorageDescriptor, Parameters: { classification: format } } }
}

const schemaOf = (table: TableInput): string =>
  JSON.stringify([table.StorageDescriptor?.Columns, table.PartitionKeys])

interface Found {
  readonly folders: ReadonlySet<string>
  readonly csv: readonly CsvSample[]
  /** First lines of each sample. */
  readonly json: readonly (readonly string[])[]
}

/** Looks into each file, of a folder of JSON into the first ones. */
const look = async (objects: ObjectStore, { bucket, prefix }: Zone): Promise<Found> => {
  const folders = new Set<string>()
  const csv: CsvSample[] = []
  const json: (readonly string[])[] = []
  const seen = new Map<string, number>()
  for (const { key } of (await objects.list(bucket, prefix)).objects) {
    const folder = key.slice(prefix.length, key.lastIndexOf('/') + 1)
    const ofFolder = seen.get(folder) ?? 0
    if (ofFolder >= SAMPLES_A_FOLDER) continue
    const sample = await sampleOf(objects, bucket, key)
    if (!sample) continue
    folders.add(folder)
    if ('csv' in sample) csv.push(sample.csv)
    else {
      seen.set(folder, ofFolder + 1)
      json.push(sample.json)
    }
  }
  return { folders, csv, json }
}

/** Reads what lies below the prefixes and brings the catalog's tables and their partitions in line with it. */
export const crawl = async (
  objects: ObjectStore,
  catalog: Catalog,
  target: CrawlTarget,
): Promise<CrawlResult> => {
  const result = { ...NOTHING }
  for (const prefix of target.zones) {
    const ofZone = await crawlZone(objects, catalog, { ...target, prefix })
    for (const [name, count] of Object.entries(ofZone)) result[name as keyof CrawlResult] += count
  }
  return result
}

const crawlZone = async (objects: ObjectStore, catalog: Catalog, target: Zone): Promise<CrawlResult> => {
  const { bucket, prefix, database } = target
  const { folders, csv, json } = await look(objects, target)
  if (csv.length + json.length === 0) return NOTHING
  const format: Format = csv.length > 0 ? 'csv' : 'json'
  const found = [...folders].map((folder) => partitionOf(target, format, folder))
  const keys = found[0]?.keys ?? []
  const odd = found.find((partition) => partition.keys.join() !== keys.join())
  if (odd)
    throw new Error(
      `${odd.input.StorageDescriptor?.Location} has the partition keys (${odd.keys}), other folders below ${s3Uri(bucket, prefix)} have (${keys}). Move the files.`,
    )

  const columns = format === 'csv' ? inferColumns(csv) : jsonColumns(json.flat())
  const table = tableFor(target, format, columns, keys)
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
