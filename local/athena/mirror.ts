import type { DuckDBConnection } from '@duckdb/node-api'
import { identifier, quoted } from '../duckdb/text.ts'
import type { Catalog } from '../glue/catalog.ts'
import type { StoredTable } from '../glue/shapes.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { relationOf } from './relation.ts'
import { failing, namesIn, qualified } from './statement-parts.ts'
import { viewSql } from './stored-view.ts'

interface Mirrored {
  readonly revision: number
  /** Its columns: where they change, the views that read it have to be bound again. */
  readonly shape: string
  /** Look again at the next query: it could not be read, had no files, or gets some that the catalog is not told of. */
  readonly isVolatile: boolean
  /** Of a table: what its view selects. */
  readonly sql?: string
  readonly bytes: ReadonlyMap<string, number>
  /** Of a view: its text, and the qualified names of what it reads. */
  readonly text?: string
  readonly reads: readonly string[]
}

interface Entry {
  readonly name: string
  readonly database: string
  readonly table: StoredTable
  readonly revision: number
}

const NO_BYTES: ReadonlyMap<string, number> = new Map()

/** Keeps the schemas of a DuckDB instance as the Data Catalog has them; an unchanged catalog costs a comparison. */
export class Mirror {
  readonly #catalog: Catalog
  readonly #objects: ObjectStore
  readonly #connection: DuckDBConnection
  readonly #mirrored = new Map<string, Mirrored>()
  #seen = -1

  constructor(catalog: Catalog, objects: ObjectStore, connection: DuckDBConnection) {
    this.#catalog = catalog
    this.#objects = objects
    this.#connection = connection
  }

  async refresh(): Promise<void> {
    const { revision } = this.#catalog
    const hasVolatile = [...this.#mirrored.values()].some(({ isVolatile }) => isVolatile)
    if (revision === this.#seen && !hasVolatile) return
    const entries: Entry[] = []
    for (const { Name: database } of this.#catalog.databases()) {
      await this.#connection.run(`CREATE SCHEMA IF NOT EXISTS awsdatacatalog.${identifier(database)}`)
      for (const table of this.#catalog.tables(database)) {
        const revision = this.#catalog.tableRevision(database, table.Name)
        entries.push({ name: qualified(database, table.Name), database, table, revision })
      }
    }
    const reshaped = await this.#dropAllBut(new Set(entries.map(({ name }) => name)))
    const isView = ({ table }: Entry) => table.TableType === 'VIRTUAL_VIEW'
    for (const entry of entries) if (!isView(entry) && (await this.#table(entry))) reshaped.add(entry.name)
    await this.#views(entries.filter(isView), reshaped)
    this.#seen = revision
  }

  /** Bytes of the files behind the tables that a query reads; of the versions alone that it, or a view of it, names. */
  async bytesOf(sql: string, database?: string): Promise<number> {
    const names = new Set(await namesIn(this.#connection, sql, database))
    let texts = sql
    // A set gives what is added to it on the way, too.
    for (const name of names) {
      const { text = '', reads = [] } = this.#mirrored.get(name) ?? {}
      texts += text
      for (const read of reads) names.add(read)
    }
    let total = 0
    for (const name of names) {
      const parts = [...(this.#mirrored.get(name)?.bytes ?? NO_BYTES)]
      const named = parts.filter(([version]) => version !== '' && texts.includes(quoted(version)))
      for (const [, bytes] of named.length > 0 ? named : parts) total += bytes
    }
    return total
  }

  /** The names that went, as a set to add to. */
  async #dropAllBut(present: ReadonlySet<string>): Promise<Set<string>> {
    const gone = [...this.#mirrored.keys()].filter((name) => !present.has(name))
    for (const name of gone) {
      await this.#connection.run(`DROP VIEW IF EXISTS ${name}`)
      this.#mirrored.delete(name)
    }
    return new Set(gone)
  }

  /** Whether the table's shape has changed. */
  async #table({ name, database, table, revision }: Entry): Promise<boolean> {
    const former = this.#mirrored.get(name)
    if (former?.revision === revision && !former.isVolatile) return false
    const { StorageDescriptor, PartitionKeys } = table
    const shape = JSON.stringify([StorageDescriptor?.Columns, PartitionKeys])
    try {
      const partitions = this.#catalog.partitions(database, table.Name)
      const relation = relationOf(this.#objects, table, partitions)
      if (former?.sql !== relation.sql)
        await this.#connection.run(`CREATE OR REPLACE VIEW ${name} AS ${relation.sql}`)
      this.#mirrored.set(name, { revision, shape, reads: [], ...relation })
    } catch (error) {
      // The query that needs this table says why it can't be read; the others go on.
      await this.#connection.run(`CREATE OR REPLACE VIEW ${name} AS ${failing(table, error)}`)
      this.#mirrored.set(name, { revision, shape, reads: [], bytes: NO_BYTES, isVolatile: true })
    }
    return former?.shape !== shape
  }

  /** A view can be bound once what it reads is there: round by round, until a round brings nothing new. */
  async #views(views: readonly Entry[], reshaped: Set<string>): Promise<void> {
    const done = new Set<string>()
    const due = () =>
      views.filter(({ name, revision }) => {
        const former = this.#mirrored.get(name)
        if (done.has(name)) return false
        if (!former || former.isVolatile || former.revision !== revision) return true
        return former.reads.some((read) => reshaped.has(read))
      })
    for (let progress = true; progress; ) {
      progress = false
      for (const view of due()) {
        if ((await this.#view(view)) !== undefined) continue
        done.add(view.name)
        reshaped.add(view.name)
        progress = true
      }
    }
    for (const view of due()) {
      const error = (await this.#view(view)) ?? new Error('try again')
      const { name, table, revision } = view
      const message = `INVALID_VIEW: View ${name} is stale or in invalid state: ${error.message}`
      await this.#connection.run(`CREATE OR REPLACE VIEW ${name} AS ${failing(table, new Error(message))}`)
      this.#mirrored.set(name, { revision, shape: '', reads: [], bytes: NO_BYTES, isVolatile: true })
    }
  }

  async #view({ name, database, table, revision }: Entry): Promise<Error | undefined> {
    const text = viewSql(table)
    try {
      await this.#connection.run(`USE awsdatacatalog.${identifier(database)}`)
      await this.#connection.run(`CREATE OR REPLACE VIEW ${name} AS ${text}`)
      const reads = await namesIn(this.#connection, text, database)
      this.#mirrored.set(name, { revision, shape: text, text, reads, bytes: NO_BYTES, isVolatile: false })
      return undefined
    } catch (error) {
      return error as Error
    }
  }
}
