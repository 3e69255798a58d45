import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { folderNames, readDocument, writeDocument } from '../files.ts'
import { AwsError } from '../registry.ts'
import { ChangeCount } from './change-count.ts'
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
import { TableVersions } from './table-versions.ts'

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

type Databases = Map<string, CatalogDatabase>

const readDatabases = (folder: string): Databases => {
  const databases: Databases = new Map()
  for (const name of folderNames(folder)) {
    const stored = readDocument(join(folder, name, 'database.json'))
    if (stored === undefined) continue
    const tables = new Map<string, CatalogTable>()
    for (const table of folderNames(join(folder, name))) {
      const document = readDocument(join(folder, name, table, 'table.json'))
      if (document === undefined) continue
      const partitions = new PartitionFiles(join(folder, name, table, 'partitions'))
      tables.set(table, { table: storedTable.parse(document), partitions, revision: 0 })
    }
    databases.set(name, { database: storedDatabase.parse(stored), tables })
  }
  return databases
}

const contentOf = ({ table, partitions }: CatalogTable): string => JSON.stringify([table, partitions.all()])

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

/**
 * Glue's Data Catalog as readable files: `<folder>/<database>/<table>/{table.json,partitions/*.json}`. What another process
 * writes is seen at the next call. Two that change the same table at the same moment are not kept apart: a lake runs one
 * night at a time.
 */
export class Catalog {
  readonly #folder: string
  readonly #changes: ChangeCount
  #databases: Databases
  #revision = 0
  #hasLooked = false

  constructor(folder: string) {
    this.#folder = folder
    this.#changes = new ChangeCount(join(folder, 'changes'))
    this.#databases = readDatabases(folder)
  }

  /** Changes with every change of the catalog; whoever mirrors it compares. */
  get revision(): number {
    this.#look()
    return this.#revision
  }

  databases(): StoredDatabase[] {
    this.#look()
    return [...this.#databases.values()].map(({ database }) => database)
  }

  database(name: string): StoredDatabase {
    return this.#database(name).database
  }

  createDatabase(input: DatabaseInput): void {
    this.#look()
    if (this.#databases.has(input.Name)) throw exists(`Database ${input.Name}`)
    const database = { ...input, CreateTime: now() }
    this.#change(() => writeDocument(join(this.#folder, input.Name, 'database.json'), database))
    this.#databases.set(input.Name, { database, tables: new Map() })
  }

  tables(database: string): StoredTable[] {
    return [...this.#database(database).tables.values()]
      .map(({ table }) => table)
      .sort((a, b) => (a.Name < b.Name ? -1 : 1))
  }

  findTable(database: string, name: string): StoredTable | undefined {
    this.#look()
    return this.#databases.get(database.toLowerCase())?.tables.get(name.toLowerCase())?.table
  }

  table(database: string, name: string): StoredTable {
    return this.#table(database, name).table
  }

  /** The table as it is and as it was, newest first. */
  tableVersions(database: string, name: string): StoredTable[] {
    return [this.table(database, name), ...this.#versions(database, name).all()]
  }

  /** A number that changes with the table and its partitions. */
  tableRevision(database: string, name: string): number {
    return this.#table(database, name).revision
  }

  createTable(database: string, input: TableInput): void {
    const { tables } = this.#database(database)
    if (tables.has(input.Name)) throw exists(`Table ${input.Name}`)
    const table = { ...input, CreateTime: now(), UpdateTime: now(), VersionId: '0' }
    const folder = this.#tableFolder(database, input.Name)
    const partitions = new PartitionFiles(join(folder, 'partitions'))
    this.#change(() => writeDocument(join(folder, 'table.json'), table))
    tables.set(input.Name, { table, partitions, revision: this.#revision })
  }

  /** The former definition stays readable as a version of the table, unless it is not to be archived. */
  updateTable(database: string, input: TableInput, { skipArchive = false } = {}): void {
    const entry = this.#table(database, input.Name)
    const { CreateTime, VersionId } = entry.table
    const table = { ...input, CreateTime, UpdateTime: now(), VersionId: String(Number(VersionId) + 1) }
    this.#change(() => {
      if (!skipArchive) this.#versions(database, input.Name).keep(entry.table)
      writeDocument(join(this.#tableFolder(database, input.Name), 'table.json'), table)
    })
    entry.table = table
    entry.revision = this.#revision
  }

  deleteTable(database: string, name: string): void {
    this.#table(database, name)
    this.#change(() => rmSync(this.#tableFolder(database, name), { recursive: true, force: true }))
    this.#database(database).tables.delete(name.toLowerCase())
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
    const stored = inputs.map((input) => ({ ...slim(input, entry.table), CreationTime: now() }))
    this.#change(() => entry.partitions.put(stored))
    entry.revision = this.#revision
  }

  removePartitions(database: string, table: string, keys: readonly (readonly string[])[]): void {
    const entry = this.#table(database, table)
    this.#change(() => entry.partitions.remove(keys))
    entry.revision = this.#revision
  }

  /**
   * Reads the catalog again where another process has changed it. At most once in a stretch of code without `await`, which
   * so has one and the same catalog from its beginning to its end.
   */
  #look(): void {
    if (this.#hasLooked) return
    this.#hasLooked = true
    queueMicrotask(() => {
      this.#hasLooked = false
    })
    if (this.#changes.look()) this.#reread()
  }

  /** A table that is as it was keeps its revision, so that nobody mirrors it again. */
  #reread(): void {
    const databases = readDatabases(this.#folder)
    this.#revision++
    for (const [name, { tables }] of databases) {
      for (const [table, entry] of tables) {
        const former = this.#databases.get(name)?.tables.get(table)
        entry.revision = former && contentOf(former) === contentOf(entry) ? former.revision : this.#revision
      }
    }
    this.#databases = databases
  }

  /** Writes, and tells the other processes. What is left of a write that failed on its way, this one reads again too. */
  #change(write: () => void): void {
    let isWritten = false
    try {
      write()
      isWritten = true
    } finally {
      this.#revision++
      this.#changes.add(isWritten)
    }
  }

  #database(name: string): CatalogDatabase {
    this.#look()
    const found = this.#databases.get(name.toLowerCase())
    if (!found) throw notFound(`Database ${name} not found.`)
    return found
  }

  #table(database: string, name: string): CatalogTable {
    const found = this.#database(database).tables.get(name.toLowerCase())
    if (!found) throw notFound(`Table ${database}.${name} not found.`)
    return found
  }

  #versions(database: string, table: string): TableVersions {
    return new TableVersions(join(this.#tableFolder(database, table), 'versions'))
  }

  #tableFolder(database: string, table: string): string {
    return join(this.#folder, database.toLowerCase(), table.toLowerCase())
  }
}
