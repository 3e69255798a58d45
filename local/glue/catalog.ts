import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { folderNames, readDocument, writeDocument } from '../files.ts'
import { AwsError } from '../registry.ts'
import { PartitionFiles } from './partition-files.ts'
import {
  type DatabaseInput,
  type PartitionInput,
  type StoredDatabase,
  type StoredPartition,
  type StoredTable,
  storedDatabase,
  storedTable,
  type TableInput,
} from './shapes.ts'

interface CatalogTable {
  table: StoredTable
  readonly partitions: PartitionFiles
  /** Changes whenever the table or one of its partitions does. */
  revision: number
}

interface CatalogDatabase {
  readonly database: StoredDatabase
  readonly tables: Map<string, CatalogTable>
}

const now = (): number => Date.now() / 1000

const notFound = (what: string) => new AwsError('EntityNotFoundException', `Entity Not Found: ${what}`)
const exists = (what: string) => new AwsError('AlreadyExistsException', `${what} already exists.`)

/**
 * A partition that is stored as its table is keeps its location alone: 700 copies of the table's columns would make
 * registering them a matter of megabytes. `partitionStorage` gives the whole again.
 */
const slim = (input: PartitionInput, { StorageDescriptor: ofTable }: StoredTable): PartitionInput => {
  const { Location, ...rest } = input.StorageDescriptor ?? {}
  const isSame = Object.entries(rest).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(ofTable?.[name as keyof typeof ofTable]),
  )
  return isSame && Location !== undefined ? { ...input, StorageDescriptor: { Location } } : input
}

export const partitionStorage = (partition: StoredPartition, table: StoredTable): StoredPartition => ({
  ...partition,
  StorageDescriptor: { ...table.StorageDescriptor, ...partition.StorageDescriptor },
})

/** Glue's Data Catalog as readable files: `<folder>/<database>/<table>/{table.json,partitions/*.json}`. */
export class Catalog {
  readonly #folder: string
  readonly #databases = new Map<string, CatalogDatabase>()
  #revision = 0

  constructor(folder: string) {
    this.#folder = folder
    for (const database of folderNames(folder)) {
      const stored = readDocument(join(folder, database, 'database.json'))
      if (stored === undefined) continue
      const tables = new Map<string, CatalogTable>()
      for (const table of folderNames(join(folder, database))) {
        const document = readDocument(join(folder, database, table, 'table.json'))
        if (document === undefined) continue
        const partitions = new PartitionFiles(join(folder, database, table, 'partitions'))
        tables.set(table, { table: storedTable.parse(document), partitions, revision: 0 })
      }
      this.#databases.set(database, { database: storedDatabase.parse(stored), tables })
    }
  }

  /** Changes with every change of the catalog; whoever mirrors it compares. */
  get revision(): number {
    return this.#revision
  }

  databases(): StoredDatabase[] {
    return [...this.#databases.values()].map(({ database }) => database)
  }

  database(name: string): StoredDatabase {
    return this.#database(name).database
  }

  createDatabase(input: DatabaseInput): void {
    if (this.#databases.has(input.Name)) throw exists(`Database ${input.Name}`)
    const database = { ...input, CreateTime: now() }
    writeDocument(join(this.#folder, input.Name, 'database.json'), database)
    this.#databases.set(input.Name, { database, tables: new Map() })
    this.#revision++
  }

  tables(database: string): StoredTable[] {
    return [...this.#database(database).tables.values()]
      .map(({ table }) => table)
      .sort((a, b) => (a.Name < b.Name ? -1 : 1))
  }

  findTable(database: string, name: string): StoredTable | undefined {
    return this.#databases.get(database.toLowerCase())?.tables.get(name.toLowerCase())?.table
  }

  table(database: string, name: string): StoredTable {
    return this.#table(database, name).table
  }

  /** A number that changes with the table and its partitions. */
  tableRevision(database: string, name: string): number {
    return this.#table(database, name).revision
  }

  createTable(database: string, input: TableInput): void {
    const { tables } = this.#database(database)
    if (tables.has(input.Name)) throw exists(`Table ${input.Name}`)
    const table = { ...input, CreateTime: now(), UpdateTime: now(), VersionId: '0' }
    writeDocument(join(this.#tableFolder(database, input.Name), 'table.json'), table)
    const partitions = new PartitionFiles(join(this.#tableFolder(database, input.Name), 'partitions'))
    tables.set(input.Name, { table, partitions, revision: ++this.#revision })
  }

  updateTable(database: string, input: TableInput): void {
    const entry = this.#table(database, input.Name)
    const { CreateTime, VersionId } = entry.table
    const table = { ...input, CreateTime, UpdateTime: now(), VersionId: String(Number(VersionId) + 1) }
    writeDocument(join(this.#tableFolder(database, input.Name), 'table.json'), table)
    entry.table = table
    entry.revision = ++this.#revision
  }

  deleteTable(database: string, name: string): void {
    this.#table(database, name)
    rmSync(this.#tableFolder(database, name), { recursive: true, force: true })
    this.#database(database).tables.delete(name.toLowerCase())
    this.#revision++
  }

  partitions(database: string, table: string): StoredPartition[] {
    return this.#table(database, table).partitions.all()
  }

  partition(database: string, table: string, values: readonly string[]): StoredPartition | undefined {
    return this.#table(database, table).partitions.get(values)
  }

  putPartitions(database: string, table: string, inputs: readonly PartitionInput[]): void {
    const entry = this.#table(database, table)
    const width = entry.table.PartitionKeys?.length ?? 0
    const wrong = inputs.find(({ Values }) => Values.length !== width)
    if (wrong)
      throw new AwsError(
        'InvalidInputException',
        `The number of partition keys do not match the number of partition values: ${database}.${table} has ${width}, given ${JSON.stringify(wrong.Values)}`,
      )
    if (inputs.length === 0) return
    entry.partitions.put(inputs.map((input) => ({ ...slim(input, entry.table), CreationTime: now() })))
    entry.revision = ++this.#revision
  }

  removePartitions(database: string, table: string, keys: readonly (readonly string[])[]): void {
    const entry = this.#table(database, table)
    entry.partitions.remove(keys)
    entry.revision = ++this.#revision
  }

  #database(name: string): CatalogDatabase {
    const found = this.#databases.get(name.toLowerCase())
    if (!found) throw notFound(`Database ${name} not found.`)
    return found
  }

  #table(database: string, name: string): CatalogTable {
    const found = this.#database(database).tables.get(name.toLowerCase())
    if (!found) throw notFound(`Table ${database}.${name} not found.`)
    return found
  }

  #tableFolder(database: string, table: string): string {
    return join(this.#folder, database.toLowerCase(), table.toLowerCase())
  }
}
